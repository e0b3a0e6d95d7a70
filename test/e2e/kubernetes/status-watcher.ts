import { join } from 'node:path';
import { kill, type Running, run } from '../support/program.ts';

export interface Change {
  /** Seconds since 1970. */
  readonly at: number;
  /** The status of the answer; `none` when there was no answer. */
  readonly status: string;
}

/** A URL and how its answers change, watched by another process: this one waits for kubectl. */
export class StatusWatcher {
  readonly #process: Running;

  /** @param enter put before the command, to watch from another network */
  constructor(enter: readonly string[], url: string) {
    const [command = '', ...args] = [...enter, process.execPath, join(import.meta.dirname, 'watch.ts'), url];
    this.#process = run(command, args);
  }

  get changes(): readonly Change[] {
    const lines = this.#process.output().split('\n').slice(0, -1);
    return lines.map((line) => {
      const [at = '', status = ''] = line.split(' ');
      return { at: Number(at), status };
    });
  }

  /** The answers in their order: `200 503 none 200`. */
  get statuses(): string {
    return this.changes.map(({ status }) => status).join(' ');
  }

  /** When an answer came first. */
  first(status: string): number {
    return this.changes.find((change) => change.status === status)?.at ?? Number.NaN;
  }

  stop(): Promise<void> {
    return kill(this.#process);
  }
}
