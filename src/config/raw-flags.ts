import { parseArgs } from 'node:util';
import { type Flag, type Flags, formatValue, type OtelVariable } from '../flags/flag.ts';
import type { Mistakes } from '../flags/mistakes.ts';
import { suggest } from '../flags/suggest.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { quoteValue } from '../util/redact.ts';
import { variableOf } from './environment.ts';
import { readConfigFile } from './file.ts';
import type { Invocation } from './invocation.ts';

/** Help flags of node_exporter, each with the flag of this exporter that has the same effect. */
const HELP_FLAGS: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['--help-man', '--help-long'],
]);

/** The value of a flag as text, and its source. */
interface RawValue {
  /** The text of the flag; several texts if a repeatable flag is set several times. */
  readonly texts: readonly string[];
  /**
   * Source of the value, for messages: `flag --log.level`, `variable EXPORTER_LOG_LEVEL`, `key log.level in
   * /etc/exporter.yaml`.
   */
  readonly source: string;
  /** The value if its source is an OpenTelemetry variable, whose format may differ from the flag's format. */
  readonly parsed?: { readonly value: unknown };
  /**
   * True if the source is a key in the file and the value is the default. A file from `--config.print` contains such keys.
   */
  readonly isDefault?: boolean;
}

/** A flag that is set and has no effect. */
export interface IgnoredFlag {
  readonly name: string;
  /** Source of the value, for messages: `flag --runtime.gomaxprocs`. */
  readonly source: string;
  /** Reason why the flag has no effect. */
  readonly reason: string;
}

export interface RawFlagsOptions {
  /**
   * Determines which undeclared flags and keys are ignored: all of them (`all`), or those whose names start with
   * `collector.` (`collectors`). By default, each undeclared flag or key is a mistake.
   */
  readonly ignoreUnknown?: 'all' | 'collectors';
  /** Receives a UsageError for each mistake. */
  readonly mistakes: Mistakes;
}

/**
 * The texts of all flags that are set, and their parsed values. The command line takes precedence over environment
 * variables. Environment variables take precedence over the configuration file.
 */
export class RawFlags {
  readonly mistakes: Mistakes;
  /** A line for each invalid variable of OpenTelemetry. Such a variable is ignored, as its specification requires. */
  readonly warnings: string[] = [];
  readonly #flags: Flags;
  readonly #ignoreUnknown: RawFlagsOptions['ignoreUnknown'];
  readonly #values = new Map<string, RawValue>();

  /**
   * Reads the texts from all sources. Unknown or repeated flags, unexpected arguments, missing values and an invalid file
   * are mistakes. A mistake does not affect other flags.
   */
  constructor(flags: Flags, { argv, env }: Invocation, { ignoreUnknown, mistakes }: RawFlagsOptions) {
    this.mistakes = mistakes;
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

  /** Returns whether a flag is set. A key in the file with the default value does not count. */
  differs(name: string): boolean {
    const raw = this.#values.get(name);
    return raw !== undefined && raw.isDefault !== true;
  }

  /** Returns the parsed value of a flag, or its default if the flag is not set. An invalid value is a mistake. */
  value<T>(name: string, flag: Flag<T>): T {
    const raw = this.#values.get(name);
    // Returns the default object itself and not an equal value: some collectors check by identity whether a flag is set.
    if (raw === undefined || raw.isDefault) return flag.default;
    // The parser of a variable returns a value of the flag's type.
    if (raw.parsed !== undefined) return raw.parsed.value as T;
    try {
      return flag.parse(raw.texts);
    } catch (error) {
      const shown = flag.secret ? '' : ` ${raw.texts.map(quoteValue).join(', ')}`;
      this.#reject(`Invalid value${shown} for ${raw.source}: ${messageOf(error)}`);
      return flag.default;
    }
  }

  /** Returns the source of a flag that is set, for messages, and whether the source is an OpenTelemetry variable. */
  sourceOf(name: string): { readonly source: string; readonly isOtelVariable: boolean } | undefined {
    const raw = this.#values.get(name);
    return raw && { source: raw.source, isOtelVariable: raw.parsed !== undefined };
  }

  /**
   * The flags that are set and have no effect. A flag with the value `false` is left out, because the feature does not
   * exist.
   */
  get ignored(): readonly IgnoredFlag[] {
    return Object.entries(this.#flags).flatMap(([name, { ignored: reason }]) => {
      const raw = this.#values.get(name);
      if (reason === undefined || raw === undefined || raw.texts.join() === 'false') return [];
      return [{ name, source: raw.source, reason }];
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
      args: argv.map((argument) => HELP_FLAGS.get(argument) ?? argument),
      options,
      strict: false,
      tokens: true,
    });
    let isAfterUnknown = false;
    for (const token of tokens) {
      // An argument after an unknown flag may be the value of this flag. Such an argument is not reported as a second
      // mistake.
      if (token.kind === 'positional' && !isAfterUnknown && this.#ignoreUnknown !== 'all') {
        this.#reject(`Unexpected argument ${quoteValue(token.value)}`);
      }
      isAfterUnknown = token.kind === 'option' && !this.#addOption(token) && token.value === undefined;
    }
  }

  /** Stores the value of a flag, or reports a mistake. Returns whether the flag is declared. */
  #addOption({ name: option, rawName, value }: { name: string; rawName: string; value?: string | undefined }): boolean {
    const isNegated = this.#flagNamed(option) === undefined && option.startsWith('no-');
    const name = isNegated ? option.slice('no-'.length) : option;
    const flag = this.#flagNamed(name);
    if (flag === undefined || (isNegated && flag.placeholder !== undefined)) {
      if (!this.#isIgnored(name)) this.#reject(`Unknown flag ${rawName}${this.#suggestion(option, '--')}`);
      return false;
    }
    const source = `flag --${name}`;
    const previous = this.#values.get(name);
    if (flag.placeholder !== undefined && value === undefined) this.#reject(`Missing value for ${source}`);
    else if (isNegated && value !== undefined) this.#reject(`Unexpected value for flag --${option}`);
    else if (previous !== undefined && !flag.repeatable) this.#reject(`Repeated ${source}: expected one value`);
    else this.#values.set(name, { texts: [...(previous?.texts ?? []), value ?? String(!isNegated)], source });
    return true;
  }

  /**
   * Reads the flags from environment variables. Unknown variables are not mistakes, because they may belong to other
   * programs.
   */
  #addEnvironment(env: Invocation['env']): void {
    for (const [name, flag] of Object.entries(this.#flags)) {
      const { repeatable, variables = [] } = flag;
      const variable = variableOf(name);
      const value = env[variable];
      if (value !== undefined) {
        const texts = repeatable ? value.split('\n').filter((line) => line !== '') : [value];
        this.#addIfUnset(name, { texts, source: `variable ${variable}` });
      }
      for (const standard of variables) {
        // An empty variable counts as not set: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
        const text = env[standard.name]?.trim() ?? '';
        if (text !== '' && !this.has(name)) this.#addStandard(name, flag, { standard, text });
      }
    }
  }

  /** Adds the value of a variable of OpenTelemetry, or a warning if the value is invalid. */
  #addStandard(name: string, flag: Flag, { standard, text }: { standard: OtelVariable; text: string }): void {
    const source = `variable ${standard.name}`;
    try {
      const value = standard.parse(text, (reason) => this.warnings.push(`Ignoring a part of ${source}: ${reason}`));
      this.#addIfUnset(name, { texts: [text], source, parsed: { value } });
    } catch (error) {
      const shown = flag.secret ? '' : `invalid value ${quoteValue(text)}, `;
      this.warnings.push(`Ignoring ${source}: ${shown}${messageOf(error)}`);
    }
  }

  #addFile(file: string, argv: readonly string[]): void {
    for (const [name, value] of this.mistakes.attempt(() => readFileOnce(file, argv)) ?? []) {
      const flag = this.#flagNamed(name);
      if (flag !== undefined) this.#addKey({ name, flag, source: `key ${name} in ${file}`, value });
      else if (!this.#isIgnored(name)) this.#reject(`Unknown key ${name} in ${file}${this.#suggestion(name, '')}`);
    }
  }

  #addKey({ name, flag, source, value }: { name: string; flag: Flag; source: string; value: unknown }): void {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value) && !flag.repeatable) {
      this.#reject(`Unexpected list for ${source}: expected one value`);
    } else if (values.some((scalar) => scalar === null || typeof scalar === 'object')) {
      this.#reject(`Unexpected value for ${source}: expected text, a number or a boolean`);
    } else {
      const texts = values.map(String);
      this.#addIfUnset(name, { texts, source, isDefault: texts.join() === String(formatValue(flag, flag.default)) });
    }
  }

  #addIfUnset(name: string, value: RawValue): void {
    if (!this.#values.has(name)) this.#values.set(name, value);
  }

  /** Returns the declared flag of a name. Every object inherits properties such as `constructor`, which are not flags. */
  #flagNamed(name: string): Flag | undefined {
    return Object.hasOwn(this.#flags, name) ? this.#flags[name] : undefined;
  }

  #isIgnored(name: string): boolean {
    return this.#ignoreUnknown === 'all' || (this.#ignoreUnknown === 'collectors' && name.startsWith('collector.'));
  }

  #reject(mistake: string): void {
    this.mistakes.add(new UsageError(mistake));
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

interface FileRead {
  readonly file: string;
  /** @throws {UsageError} if the file is invalid */
  keys(): Keys;
}

const filesByArguments = new WeakMap<readonly string[], FileRead>();

/**
 * Reads the file only once per command line, because the file may be a pipe. A command line is parsed several times, but a
 * pipe can be read only once.
 *
 * @throws {UsageError} in every call, if the file is invalid
 */
function readFileOnce(file: string, argv: readonly string[]): Keys {
  const cached = filesByArguments.get(argv);
  const read = cached?.file === file ? cached : readFile(file);
  filesByArguments.set(argv, read);
  return read.keys();
}

function readFile(file: string): FileRead {
  try {
    const keys = readConfigFile(file);
    return { file, keys: () => keys };
  } catch (error) {
    return {
      file,
      keys() {
        throw error;
      },
    };
  }
}
