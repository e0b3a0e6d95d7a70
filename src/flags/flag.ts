/**
 * The kinds of flags: how a value is written, read and shown. Where values come from is `config.ts`' business.
 */
import { compileGoRegexp, writtenRegexp } from './go-regexp.ts';

export interface Flag<T = unknown> {
  readonly help: string;
  readonly default: T;
  /** Stands for the value in `--help` and the README; none for a switch, which is written `--name` or `--no-name`. */
  readonly placeholder: string | undefined;
  readonly repeatable: boolean;
  /** Its value appears in no output. */
  readonly secret: boolean;
  /** Only node_exporter's command lines know it: it appears in no list of flags. */
  readonly unlisted?: boolean;
  /** Why it changes nothing; whoever gives it is told. */
  readonly inert?: string;
  /** Variables of OpenTelemetry that say the same; the first that is set and not empty counts. */
  readonly variables?: readonly StandardVariable<T>[];
  /**
   * @param texts what was written, one entry unless the flag is repeatable
   * @throws {RangeError} when a text is no such value
   */
  parse(texts: readonly string[]): T;
}

/** By name. */
export type Flags = Readonly<Record<string, Flag>>;

/** A variable that other programs know too. */
export interface StandardVariable<T = unknown> {
  readonly name: string;
  /** @throws {RangeError} when its text is no such value */
  parse(text: string): T;
}

export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

interface One<T> {
  readonly help: string;
  readonly default: T;
  readonly placeholder: string | undefined;
  readonly read: (text: string) => T;
  readonly secret?: boolean;
}

function one<T>({ help, default: value, placeholder, read, secret = false }: One<T>): Flag<T> {
  return {
    help,
    default: value,
    placeholder,
    repeatable: false,
    secret,
    parse: ([text = '']) => read(text),
  };
}

/** `--name`, `--no-name`; `true` or `false` in a variable or the file. */
export function toggle(help: string, byDefault = false): Flag<boolean> {
  return one({ help, default: byDefault, placeholder: undefined, read: readBoolean });
}

function readBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new RangeError('expected true or false');
}

export function text(help: string, placeholder: string, byDefault = ''): Flag<string> {
  return one({ help, default: byDefault, placeholder, read: (value) => value });
}

/** A text that appears in no output, log or error. */
export function secret(help: string, placeholder: string): Flag<string> {
  return one({ help, default: '', placeholder, read: (value) => value, secret: true });
}

/** A flag that may be given several times; the values of all are kept. */
export function texts(help: string, placeholder: string, byDefault: readonly string[] = []): Flag<readonly string[]> {
  return { help, default: byDefault, placeholder, repeatable: true, secret: false, parse: (values) => values };
}

/** A flag that variables of OpenTelemetry set as well, with the same texts. */
export function alsoFrom<T>(flag: Flag<T>, names: readonly string[]): Flag<T> {
  return { ...flag, variables: names.map((name) => ({ name, parse: (written) => flag.parse([written]) })) };
}

/** A flag that works and is in no list: its name is one that node_exporter has given up. */
export function deprecated<T>(flag: Flag<T>): Flag<T> {
  return { ...flag, unlisted: true };
}

/** A flag with a value that is taken, whatever it is, and changes nothing. */
export function inert(why: string): Flag<undefined> {
  return { ...unlisted(why), placeholder: 'VALUE', repeatable: true, inert: why, parse: () => undefined };
}

/** A switch that changes nothing. */
export function inertSwitch(why: string): Flag<undefined> {
  return { ...unlisted(why), inert: why, parse: () => undefined };
}

/** A flag that must have no value. */
export function refused(why: string): Flag<undefined> {
  return { ...unlisted(why), placeholder: 'VALUE', parse: (values) => refuseUnless(values, '', why) };
}

/** A switch that may only be turned off. */
export function refusedSwitch(why: string): Flag<undefined> {
  return { ...unlisted(why), parse: (values) => refuseUnless(values, 'false', why) };
}

function unlisted(why: string): Omit<Flag<undefined>, 'parse'> {
  return { help: why, default: undefined, placeholder: undefined, repeatable: false, secret: false, unlisted: true };
}

function refuseUnless([text]: readonly string[], allowed: string, why: string): undefined {
  if (text !== allowed) throw new RangeError(why);
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export function integer(help: string, byDefault: number, { min, max }: Range): Flag<number> {
  return one({
    help,
    default: byDefault,
    placeholder: 'N',
    read(value) {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) throw new RangeError(`expected a whole number from ${min} to ${max}`);
      return number;
    },
  });
}

export function choice<const C extends string>(help: string, choices: readonly C[], byDefault: NoInfer<C>): Flag<C> {
  return one({
    help,
    default: byDefault,
    placeholder: choices.join('|'),
    read(value) {
      const found = choices.find((known) => known === value);
      if (found === undefined) throw new RangeError(`expected one of ${choices.join(', ')}`);
      return found;
    },
  });
}

/** A regular expression of Go, searched for anywhere in a text unless it says `^` or `$`; none when empty. */
export function pattern(help: string, byDefault = ''): Flag<RegExp | undefined> {
  return one({ help, default: readPattern(byDefault), placeholder: 'REGEXP', read: readPattern });
}

function readPattern(text: string): RegExp | undefined {
  return text === '' ? undefined : compileGoRegexp(text);
}

const SECONDS_PER: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A length of time in seconds, written as Go does: `5s`, `1m30s`, `250ms`. */
export function duration(help: string, byDefault: number, { min, max }: Range): Flag<number> {
  return one({
    help,
    default: byDefault,
    placeholder: 'DURATION',
    read(value) {
      const seconds = readDuration(value);
      if (!(seconds >= min && seconds <= max)) {
        throw new RangeError(`expected a duration such as 5s, from ${showDuration(min)} to ${showDuration(max)}`);
      }
      return seconds;
    },
  });
}

function readDuration(value: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return Number.NaN;
  let seconds = 0;
  for (const [, amount, unit = ''] of value.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    seconds += Number(amount) * (SECONDS_PER[unit] ?? Number.NaN);
  }
  return seconds;
}

/** A value as a flag writes it; lists, numbers and switches are shown as they are. */
export function showValue({ placeholder }: Flag, value: unknown): unknown {
  if (placeholder === 'DURATION') return `${value}s`;
  return value instanceof RegExp ? writtenRegexp(value) : value;
}

export function showDuration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${seconds}s`;
}
