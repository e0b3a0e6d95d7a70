import { parseArgs } from 'node:util';
import type { Flag, Flags } from '../flags/flag.ts';
import { suggest } from '../flags/suggest.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { variableOf } from './environment.ts';
import { readConfigFile } from './file.ts';
import type { Invocation } from './invocation.ts';

/** Flags of node_exporter that print the help, like `--help`. */
const HELP_FLAGS: ReadonlySet<string> = new Set(['-h', '--help-long', '--help-man']);

/** The value of a flag as text, and its source. */
interface RawValue {
  /** One text, or several for a repeatable flag. */
  readonly texts: readonly string[];
  /** Source for messages: `flag --log.level`, `variable EXPORTER_LOG_LEVEL`, `key log.level in /etc/exporter.yaml`. */
  readonly source: string;
  /** Parser of the text if its source is a variable of OpenTelemetry, which may have another format than the flag. */
  readonly parse?: (text: string) => unknown;
}

export interface RawFlagsOptions {
  /** True to ignore undeclared flags, arguments and keys. For callers that declare only the few flags that they need. */
  readonly ignoreUnknown?: boolean;
}

/**
 * The texts of all flags that are set, and their parsed values. A flag on the command line takes precedence over an
 * environment variable, and a variable over the configuration file.
 */
export class RawFlags {
  readonly #flags: Flags;
  readonly #ignoreUnknown: boolean;
  readonly #values = new Map<string, RawValue>();

  /** @throws {UsageError} for an unknown or repeated flag, an unexpected argument, a missing value, and an invalid file */
  constructor(flags: Flags, { argv, env }: Invocation, { ignoreUnknown = false }: RawFlagsOptions = {}) {
    this.#flags = flags;
    this.#ignoreUnknown = ignoreUnknown;
    this.#addArguments(argv);
    this.#addEnvironment(env);
    const file = this.#values.get('config.file')?.texts[0];
    if (file !== undefined && file !== '') this.#addFile(file, argv);
  }

  /** Returns whether the command line, a variable or the configuration file sets a flag. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /**
   * Returns the parsed value of a flag, or the default of the flag if it is not set.
   *
   * @throws {UsageError} for an invalid value
   */
  value<T>(name: string, flag: Flag<T>): T {
    const raw = this.#values.get(name);
    if (raw === undefined) return flag.default;
    try {
      // The parser of a variable returns a value of the flag's type.
      return raw.parse === undefined ? flag.parse(raw.texts) : (raw.parse(raw.texts[0] ?? '') as T);
    } catch (error) {
      const shown = flag.secret ? '' : ` ${raw.texts.map(quoteWithoutCredentials).join(', ')}`;
      throw new UsageError(`Invalid value${shown} for ${raw.source}: ${messageOf(error)}`);
    }
  }

  /**
   * Warnings for the flags that are set and have no effect. No warning for `false`, which disables an unsupported feature.
   */
  get ignoredWarnings(): readonly string[] {
    return Object.entries(this.#flags).flatMap(([name, { ignored: reason }]) => {
      const raw = this.#values.get(name);
      if (reason === undefined || raw === undefined || raw.texts.join() === 'false') return [];
      return [`Ignoring ${raw.source}: ${reason}`];
    });
  }

  #addArguments(argv: readonly string[]): void {
    const options = Object.fromEntries(
      Object.entries(this.#flags).map(([name, { placeholder }]) => [
        name,
        { type: placeholder === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
      ]),
    );
    const { tokens } = parseArgs({
      args: argv.map((argument) => (HELP_FLAGS.has(argument) ? '--help' : argument)),
      options,
      strict: false,
      tokens: true,
    });
    for (const token of tokens) {
      if (token.kind === 'positional' && !this.#ignoreUnknown) {
        throw new UsageError(`Unexpected argument ${JSON.stringify(token.value)}`);
      }
      if (token.kind === 'option') this.#addOption(token);
    }
  }

  #addOption({ name: option, rawName, value }: { name: string; rawName: string; value?: string | undefined }): void {
    const isNegated = this.#flags[option] === undefined && option.startsWith('no-');
    const name = isNegated ? option.slice('no-'.length) : option;
    const flag = this.#flags[name];
    if (flag === undefined && this.#ignoreUnknown) return;
    if (flag === undefined || (isNegated && flag.placeholder !== undefined)) {
      throw new UsageError(`Unknown flag ${rawName}${this.#suggestion(option, '--')}`);
    }
    const source = `flag --${name}`;
    if (flag.placeholder !== undefined && value === undefined) throw new UsageError(`Missing value for ${source}`);
    if (isNegated && value !== undefined) throw new UsageError(`Unexpected value for flag --${option}`);
    const previous = this.#values.get(name);
    if (previous !== undefined && !flag.repeatable) throw new UsageError(`Repeated ${source}: expected one value`);
    const text = value ?? String(!isNegated);
    this.#values.set(name, { texts: [...(previous?.texts ?? []), text], source });
  }

  /** Unknown environment variables are not errors: they may belong to other programs. */
  #addEnvironment(env: Invocation['env']): void {
    for (const [name, { repeatable, variables = [] }] of Object.entries(this.#flags)) {
      const variable = variableOf(name);
      const value = env[variable];
      if (value !== undefined) {
        const texts = repeatable ? value.split('\n').filter((line) => line !== '') : [value];
        this.#addIfUnset(name, { texts, source: `variable ${variable}` });
      }
      for (const standard of variables) {
        // An empty variable counts as not set: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
        const text = env[standard.name]?.trim() ?? '';
        if (text === '') continue;
        this.#addIfUnset(name, { texts: [text], source: `variable ${standard.name}`, parse: standard.parse });
      }
    }
  }

  #addFile(file: string, argv: readonly string[]): void {
    for (const [name, value] of readFileOnce(file, argv)) {
      const flag = this.#flags[name];
      if (flag === undefined && this.#ignoreUnknown) continue;
      if (flag === undefined) throw new UsageError(`Unknown key ${name} in ${file}${this.#suggestion(name, '')}`);
      const source = `key ${name} in ${file}`;
      const isList = Array.isArray(value);
      if (isList && !flag.repeatable) throw new UsageError(`Unexpected list for ${source}: expected one value`);
      const values: readonly unknown[] = isList ? value : [value];
      for (const scalar of values) {
        if (scalar === null || typeof scalar === 'object') {
          throw new UsageError(`Unexpected value for ${source}: expected text, a number or a boolean`);
        }
      }
      this.#addIfUnset(name, { texts: values.map(String), source });
    }
  }

  #addIfUnset(name: string, value: RawValue): void {
    if (!this.#values.has(name)) this.#values.set(name, value);
  }

  #suggestion(name: string, dashes: string): string {
    const names = Object.entries(this.#flags).flatMap(([known, { placeholder }]) =>
      placeholder === undefined && dashes !== '' ? [known, `no-${known}`] : [known],
    );
    const suggestion = suggest(name, names);
    return suggestion === undefined ? '' : `; did you mean ${dashes}${suggestion}?`;
  }
}

type Keys = ReturnType<typeof readConfigFile>;

const filesByArguments = new WeakMap<readonly string[], { readonly file: string; readonly keys: Keys }>();

/**
 * Reads the file once per command line, although a command line is parsed several times. The file may be a pipe, which can
 * be read only once.
 */
function readFileOnce(file: string, argv: readonly string[]): Keys {
  const cached = filesByArguments.get(argv);
  if (cached?.file === file) return cached.keys;
  const keys = readConfigFile(file);
  filesByArguments.set(argv, { file, keys });
  return keys;
}

/** Returns a value in quotes. If the value is a URL, removes user and password. */
function quoteWithoutCredentials(value: string): string {
  return JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//'));
}
