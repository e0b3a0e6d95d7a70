/**
 * Kinds of flags. A kind defines how a value is parsed and formatted. `config/` reads the values from the command line, the
 * environment and the configuration file.
 */
import { compileGoRegexp, getGoSource } from './go-regexp.ts';

export interface Flag<T = unknown> {
  readonly help: string;
  readonly default: T;
  /** Placeholder for the value in `--help`. It is `undefined` for a toggle, which has the forms `--name` and `--no-name`. */
  readonly placeholder: string | undefined;
  readonly repeatable: boolean;
  /** True if the value is secret. No output, log message or error contains a secret value. */
  readonly secret: boolean;
  /** True if `--help` and the documentation leave out the flag. Only `--help-long` contains it. */
  readonly unlisted?: boolean;
  /** Reason why the flag has no effect. If the flag is set, a warning with this reason is logged. */
  readonly ignored?: string;
  /** Environment variables of OpenTelemetry that also set the flag. The first variable that is not empty is used. */
  readonly variables?: readonly OtelVariable<T>[];
  /**
   * Converts texts to a value.
   *
   * @param texts one text, or several texts for a repeatable flag
   * @throws {RangeError} if a text is invalid
   */
  parse(texts: readonly string[]): T;
  /** Converts a value to its form in a configuration file. This method is absent if the file contains the value itself. */
  format?(value: T): unknown;
}

/** Flags by name. */
export type Flags = Readonly<Record<string, Flag>>;

/** An environment variable that OpenTelemetry defines. */
export interface OtelVariable<T = unknown> {
  readonly name: string;
  /**
   * @param warn called with the reason for each part of the text that is ignored
   * @throws {RangeError} if the text is invalid. The variable is then ignored with a warning.
   */
  parse(text: string, warn: (reason: string) => void): T;
}

export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

interface SingleValue<T> {
  readonly help: string;
  readonly default: T;
  readonly placeholder: string | undefined;
  readonly parse: (text: string) => T;
}

function singleValue<T>({ help, default: defaultValue, placeholder, parse }: SingleValue<T>): Flag<T> {
  return {
    help,
    default: defaultValue,
    placeholder,
    repeatable: false,
    secret: false,
    parse: ([text = '']) => parse(text),
  };
}

/** Returns a flag with the forms `--name` and `--no-name`. In a variable or file, its value is `true` or `false`. */
export function toggle(help: string, defaultValue = false): Flag<boolean> {
  return singleValue({ help, default: defaultValue, placeholder: undefined, parse: parseBoolean });
}

function parseBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new RangeError('expected true or false');
}

export function text(help: string, placeholder: string, defaultValue = ''): Flag<string> {
  return singleValue({ help, default: defaultValue, placeholder, parse: (value) => value });
}

/** Returns a flag for a secret text. No output, log message or error contains the text. */
export function secret(help: string, placeholder: string): Flag<string> {
  return { ...text(help, placeholder), secret: true };
}

/** Returns a repeatable flag. Its value is the list of all texts. */
export function texts(
  help: string,
  placeholder: string,
  defaultValue: readonly string[] = [],
): Flag<readonly string[]> {
  return { help, default: defaultValue, placeholder, repeatable: true, secret: false, parse: (values) => values };
}

/** Returns a copy of the flag that OpenTelemetry variables can also set. The variables have the same format as the flag. */
export function withVariables<T>(flag: Flag<T>, names: readonly string[]): Flag<T> {
  return { ...flag, variables: names.map((name) => ({ name, parse: (value) => flag.parse([value]) })) };
}

/**
 * Returns a copy of the flag that these OpenTelemetry variables can also set. Their values have the format of the flag, in
 * upper or lower case: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#enum
 */
export function withEnumVariables<T>(flag: Flag<T>, names: readonly string[]): Flag<T> {
  return { ...flag, variables: names.map((name) => ({ name, parse: (value) => flag.parse([value.toLowerCase()]) })) };
}

/** Returns an unlisted copy of the flag, for a name that is deprecated in node_exporter. */
export function deprecated<T>(flag: Flag<T>): Flag<T> {
  return { ...flag, unlisted: true };
}

/** Returns an unlisted flag that accepts any value and has no effect. */
export function ignored(reason: string): Flag<undefined> {
  return { ...ignoredToggle(reason), placeholder: 'VALUE', repeatable: true };
}

/** Returns an unlisted toggle that has no effect. */
export function ignoredToggle(reason: string): Flag<undefined> {
  return { ...unlisted(`No effect: ${reason}.`), ignored: reason, parse: () => undefined };
}

function unlisted(help: string): Omit<Flag<undefined>, 'parse'> {
  return { help, default: undefined, placeholder: undefined, repeatable: false, secret: false, unlisted: true };
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export function integer(help: string, defaultValue: number, { min, max }: NumberRange): Flag<number> {
  return singleValue({
    help,
    default: defaultValue,
    placeholder: 'NUMBER',
    parse(value) {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) throw new RangeError(`expected an integer from ${min} to ${max}`);
      return number;
    },
  });
}

export function choice<const C extends string>(help: string, choices: readonly C[], defaultValue: NoInfer<C>): Flag<C> {
  return singleValue({
    help,
    default: defaultValue,
    placeholder: choices.join('|'),
    parse(value) {
      const match = choices.find((candidate) => candidate === value);
      if (match === undefined) throw new RangeError(`expected one of ${choices.join(', ')}`);
      return match;
    },
  });
}

/**
 * Returns a flag for a regular expression in Go's syntax. The expression may match at any position of a text. If the
 * expression is empty, the value of the flag is `undefined`.
 */
export function pattern(help: string, defaultValue = ''): Flag<RegExp | undefined> {
  return {
    ...singleValue({ help, default: parsePattern(defaultValue), placeholder: 'REGEXP', parse: parsePattern }),
    format: (value) => value && getGoSource(value),
  };
}

function parsePattern(text: string): RegExp | undefined {
  return text === '' ? undefined : compileGoRegexp(text);
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Returns a flag for a duration in Go's format: `5s`, `1m30s`, `250ms`. The value is in seconds. */
export function duration(help: string, defaultValue: number, { min, max }: NumberRange): Flag<number> {
  return {
    ...singleValue({
      help,
      default: defaultValue,
      placeholder: 'DURATION',
      parse(value) {
        const seconds = parseDuration(value);
        if (!(seconds >= min && seconds <= max)) {
          throw new RangeError(`expected a duration such as 5s, from ${formatDuration(min)} to ${formatDuration(max)}`);
        }
        return seconds;
      },
    }),
    format: (value) => `${value}s`,
  };
}

function parseDuration(value: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return Number.NaN;
  let seconds = 0;
  for (const [, amount, unit = ''] of value.matchAll(/([\d.]+)(ms|s|m|h)/gy)) {
    seconds += Number(amount) * (SECONDS_PER_UNIT[unit] ?? Number.NaN);
  }
  return seconds;
}

/** Converts the value of a flag to its form in a configuration file. */
export function formatValue(flag: Flag, value: unknown): unknown {
  return flag.format === undefined ? value : flag.format(value);
}

/** Returns a duration in seconds as a text, for example `250ms` or `5s`. */
export function formatDuration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${seconds}s`;
}
