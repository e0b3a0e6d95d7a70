import { join } from 'node:path';
import { kill, type RunningProcess, run } from '../support/program.ts';

export interface StatusChange {
  /** Unix time in seconds. */
  readonly time: number;
  /** Status of the response; `none` without a response. */
  readonly status: string;
}

/** Watches the status of a URL in another process, because this process is blocked while it waits for kubectl. */
export class StatusWatcher {
  readonly #process: RunningProcess;

  /** @param enter prefix that runs the command in another network namespace */
  constructor(enter: readonly string[], url: string) {
    const [command = '', ...args] = [...enter, process.execPath, join(import.meta.dirname, 'poll-status.ts'), url];
    this.#process = run(command, args);
  }

  get changes(): readonly StatusChange[] {
    const lines = this.#process.output().split('\n').slice(0, -1);
    return lines.map((line) => {
      const [time = '', status = ''] = line.split(' ');
      return { time: Number(time), status };
    });
  }

  /** The statuses in their order: `200 503 none 200`. */
  get statuses(): string {
    return this.changes.map(({ status }) => status).join(' ');
  }

  /** Returns the Unix time of the first change to a status, or NaN. */
  firstTime(status: string): number {
    return this.changes.find((change) => change.status === status)?.time ?? Number.NaN;
  }

  stop(): Promise<void> {
    return kill(this.#process);
  }
}
