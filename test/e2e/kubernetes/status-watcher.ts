import { join } from 'node:path';
import { kill, type RunningProcess, run } from '../support/program.ts';

export interface StatusChange {
  /** Unix time of the change, in seconds. */
  readonly time: number;
  /** HTTP status of the response; `none` without a response. */
  readonly status: string;
}

/**
 * Watches the HTTP status of a URL. Another process sends the requests, because this process is blocked while it waits for
 * kubectl.
 */
export class StatusWatcher {
  readonly #process: RunningProcess;

  /** @param enter command that runs another command in a network namespace; the polling command is appended to it */
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

  /** All statuses so far, in order: `200 503 none 200`. */
  get statuses(): string {
    return this.changes.map(({ status }) => status).join(' ');
  }

  /** Returns the Unix time in seconds of the first change to a status; NaN if the status never occurred. */
  firstTime(status: string): number {
    return this.changes.find((change) => change.status === status)?.time ?? Number.NaN;
  }

  stop(): Promise<void> {
    return kill(this.#process);
  }
}
