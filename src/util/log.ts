import pino from 'pino';

export type Log = pino.Logger;

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'logfmt' | 'json';
}

/** The exporter's log: one line per event worth waking for, on standard error. */
export function createLog({ level, format }: LogOptions): Log {
  // Who reads our lines may go away; the exporter stays.
  process.stderr.on('error', () => undefined);
  return pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => void process.stderr.write(format === 'json' ? line : toLogfmt(line)) },
  );
}

/** `{"level":"info","ts":"…","msg":"listening"}` -> `ts=… level=info msg=listening` */
function toLogfmt(line: string): string {
  const { level, ts, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries({ ts, level, msg, ...rest }).map(([key, value]) => `${key}=${toLogfmtValue(value)}`);
  return `${pairs.join(' ')}\n`;
}

function toLogfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

const AGAIN_AFTER_MS = 60_000;
const MOST_REMEMBERED = 1000;

/** Says the same thing at most once a minute. */
export class RepeatFilter {
  readonly #saidAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns whether it is time to say it (again) */
  isDue(message: string): boolean {
    const now = this.#now();
    const saidAt = this.#saidAt.get(message);
    if (saidAt !== undefined && now - saidAt < AGAIN_AFTER_MS) return false;
    if (this.#saidAt.size >= MOST_REMEMBERED) this.#forgetOld(now);
    if (this.#saidAt.size >= MOST_REMEMBERED) return false;
    this.#saidAt.set(message, now);
    return true;
  }

  #forgetOld(now: number): void {
    for (const [message, saidAt] of this.#saidAt) {
      if (now - saidAt >= AGAIN_AFTER_MS) this.#saidAt.delete(message);
    }
  }
}
