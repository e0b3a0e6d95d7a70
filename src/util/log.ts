import pino from 'pino';

export type Log = pino.Logger;

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'logfmt' | 'json';
}

/** Creates a log that writes one line per event to standard error. */
export function createLog({ level, format }: LogOptions): Log {
  // Without this listener, the exporter would end with an EPIPE error after the program that reads its standard error has
  // ended.
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

/** Converts a line from JSON to logfmt: `{"level":"info","ts":"…","msg":"listening"}` -> `ts=… level=info msg=listening`. */
function toLogfmt(line: string): string {
  const { level, ts, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries({ ts, level, msg, ...rest }).map(([key, value]) => `${key}=${toLogfmtValue(value)}`);
  return `${pairs.join(' ')}\n`;
}

function toLogfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

const REPEAT_AFTER_MS = 60_000;
const MAX_MESSAGES = 1000;

/** Allows each log message once a minute, and at most 1,000 different messages a minute. */
export class RepeatFilter {
  readonly #loggedAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Returns whether the message may be logged now. If so, counts the message as logged. */
  isDue(message: string): boolean {
    const now = this.#now();
    const loggedAt = this.#loggedAt.get(message);
    if (loggedAt !== undefined && now - loggedAt < REPEAT_AFTER_MS) return false;
    if (this.#loggedAt.size >= MAX_MESSAGES) this.#deleteOld(now);
    if (this.#loggedAt.size >= MAX_MESSAGES) return false;
    this.#loggedAt.set(message, now);
    return true;
  }

  #deleteOld(now: number): void {
    for (const [message, loggedAt] of this.#loggedAt) {
      if (now - loggedAt >= REPEAT_AFTER_MS) this.#loggedAt.delete(message);
    }
  }
}
