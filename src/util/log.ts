import pino from 'pino';
import { redactUrls } from './redact.ts';

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
    {
      write: (line) => void process.stderr.write(escapeControls(redactUrls(format === 'json' ? line : toLogfmt(line)))),
    },
  );
}

/**
 * Logs the warnings of Node.js, such as deprecations, in the format of the log. Without this listener, Node.js writes them as
 * raw text.
 */
export function logProcessWarnings(log: Log): void {
  const repeats = new RepeatFilter();
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (repeats.isDue(`${name} ${message}`)) log.warn(`${name} of Node.js: ${message}`);
  });
}

/**
 * Characters that a terminal or a reader of the log may execute, hide or reorder: DEL and C1 controls, line separators, and
 * marks for bidirectional text. JSON escapes the other controls.
 */
const CONTROLS = /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function escapeControls(line: string): string {
  return line.replaceAll(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Converts a line from JSON to logfmt: `{"level":"info","ts":"…","msg":"listening"}` -> `ts=… level=info msg=listening`. */
function toLogfmt(line: string): string {
  const { level, ts, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries({ ts, level, msg, ...rest }).map(([key, value]) => `${key}=${toLogfmtValue(value)}`);
  return `${pairs.join(' ')}\n`;
}

function toLogfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const quoted = JSON.stringify(text);
  const isPlain = quoted === `"${text}"` && escapeControls(text) === text;
  return isPlain && /^[^\s"=]+$/.test(text) ? text : quoted;
}

const REPEAT_AFTER_MS = 60_000;
const MAX_MESSAGES = 1000;

export interface RepeatFilterOptions {
  /** Returns the reading of a monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Maximum number of different messages in a minute. Default: 1,000. */
  readonly maxMessages?: number;
}

/** Allows each log message once a minute, and a limited number of different messages a minute. */
export class RepeatFilter {
  readonly #loggedAt = new Map<string, number>();
  readonly #now: () => number;
  readonly #maxMessages: number;

  constructor({ now = () => performance.now(), maxMessages = MAX_MESSAGES }: RepeatFilterOptions = {}) {
    this.#now = now;
    this.#maxMessages = maxMessages;
  }

  /** Returns whether the message may be logged now. If so, counts the message as logged. */
  isDue(message: string): boolean {
    const now = this.#now();
    const loggedAt = this.#loggedAt.get(message);
    if (loggedAt !== undefined && now - loggedAt < REPEAT_AFTER_MS) return false;
    if (this.#loggedAt.size >= this.#maxMessages) this.#deleteOld(now);
    if (this.#loggedAt.size >= this.#maxMessages) return false;
    this.#loggedAt.set(message, now);
    return true;
  }

  #deleteOld(now: number): void {
    for (const [message, loggedAt] of this.#loggedAt) {
      if (now - loggedAt >= REPEAT_AFTER_MS) this.#loggedAt.delete(message);
    }
  }
}
