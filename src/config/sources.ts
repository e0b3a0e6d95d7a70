import { parseArgs } from 'node:util';
import type { Flag, Flags } from '../flags/flag.ts';
import { suggest } from '../flags/suggest.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { readConfigFile } from './file.ts';

/** How node_exporter's own --help says to ask for it. */
const HELP: ReadonlySet<string> = new Set(['-h', '--help-long', '--help-man']);

/** What was written for one flag, and where: the first source that has it wins. */
interface Entry {
  readonly texts: readonly string[];
  /** For messages: `flag --log.level`, `variable EXPORTER_LOG_LEVEL`, `key log.level of /etc/exporter.yaml`. */
  readonly source: string;
  /** Where it is not written as the flag is. */
  readonly parse?: (text: string) => unknown;
}

/** What the command line, the environment and the file say of some flags; a {@link UsageError} is what cannot be meant. */
export class FlagReader {
  readonly #flags: Flags;
  readonly #entries = new Map<string, Entry>();
  readonly #ignoreUnknown: boolean;

  constructor(flags: Flags, { ignoreUnknown = false } = {}) {
    this.#flags = flags;
    this.#ignoreUnknown = ignoreUnknown;
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  value<T>(name: string, flag: Flag<T>): T {
    const entry = this.get(name);
    if (entry === undefined) return flag.default;
    try {
      // A variable of OpenTelemetry's is parsed to what its own flag has.
      return entry.parse === undefined ? flag.parse(entry.texts) : (entry.parse(entry.texts[0] ?? '') as T);
    } catch (error) {
      const shown = flag.secret ? '' : ` ${entry.texts.map(quoteWithoutCredentials).join(', ')}`;
      throw new UsageError(`Bad value${shown} for ${entry.source}: ${messageOf(error)}`);
    }
  }

  /** @returns a line for a flag that changes nothing; to turn off what is not there needs none */
  warning(name: string, ignored: string | undefined): readonly string[] {
    const entry = this.get(name);
    if (ignored === undefined || entry === undefined || entry.texts.join() === 'false') return [];
    return [`Ignoring ${entry.source}: ${ignored}`];
  }

  /** @returns a line for each variable that was probably meant for a flag; any other is another program's */
  misspelt(env: Readonly<Record<string, string | undefined>>): readonly string[] {
    const known = new Set(Object.keys(this.#flags).map(variableOf));
    const unknown = Object.keys(env).filter((variable) => variable.startsWith(PREFIX) && !known.has(variable));
    return unknown.flatMap((variable) => {
      if (isOfService(variable, env)) return [];
      // What all have in common is no likeness.
      const begin = variable.startsWith(COLLECTOR_PREFIX) ? COLLECTOR_PREFIX : PREFIX;
      const ends = [...known].flatMap((name) => (name.startsWith(begin) ? [name.slice(begin.length)] : []));
      const meant = suggest(variable.slice(begin.length), ends);
      return meant === undefined ? [] : [`Ignoring variable ${variable}; did you mean ${begin}${meant}?`];
    });
  }

  addSources(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
    this.#addArguments(argv);
    this.#addEnvironment(env);
    const file = this.get('config.file')?.texts[0];
    if (file !== undefined && file !== '') this.#addFile(file, argv);
  }

  #addArguments(argv: readonly string[]): void {
    const options = Object.fromEntries(
      Object.entries(this.#flags).map(([name, { placeholder }]) => [
        name,
        { type: placeholder === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
      ]),
    );
    const { tokens } = parseArgs({
      args: argv.map((argument) => (HELP.has(argument) ? '--help' : argument)),
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

  #addOption({ name: given, rawName, value }: { name: string; rawName: string; value?: string | undefined }): void {
    const negated = this.#flags[given] === undefined && given.startsWith('no-');
    const name = negated ? given.slice('no-'.length) : given;
    const flag = this.#flags[name];
    if (flag === undefined && this.#ignoreUnknown) return;
    if (flag === undefined || (negated && flag.placeholder !== undefined)) {
      throw new UsageError(`Unknown flag ${rawName}${this.#meant(given, '--')}`);
    }
    const source = `flag --${name}`;
    if (flag.placeholder !== undefined && value === undefined) throw new UsageError(`No value for ${source}`);
    if (negated && value !== undefined) throw new UsageError(`Unexpected value for flag --${given}`);
    const before = this.#entries.get(name);
    if (before !== undefined && !flag.repeatable) throw new UsageError(`More than one ${source}`);
    const text = value ?? String(!negated);
    this.#entries.set(name, { texts: [...(before?.texts ?? []), text], source });
  }

  /** @param env an unknown variable is nobody's error: it may be meant for another program */
  #addEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    for (const [name, { repeatable, variables = [] }] of Object.entries(this.#flags)) {
      const variable = variableOf(name);
      const value = env[variable];
      if (value !== undefined) {
        const values = repeatable ? value.split('\n').filter((line) => line !== '') : [value];
        this.#addUnlessWritten(name, { texts: values, source: `variable ${variable}` });
      }
      for (const standard of variables) {
        // One that is empty is one that is not set: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
        const written = env[standard.name]?.trim() ?? '';
        if (written === '') continue;
        this.#addUnlessWritten(name, { texts: [written], source: `variable ${standard.name}`, parse: standard.parse });
      }
    }
  }

  #addFile(file: string, argv: readonly string[]): void {
    for (const [name, value] of readOnce(file, argv)) {
      const flag = this.#flags[name];
      if (flag === undefined && this.#ignoreUnknown) continue;
      if (flag === undefined) throw new UsageError(`Unknown key ${name} in ${file}${this.#meant(name, '')}`);
      const source = `key ${name} of ${file}`;
      const isList = Array.isArray(value);
      if (isList && !flag.repeatable) throw new UsageError(`Expected one value for ${source}`);
      const values: readonly unknown[] = isList ? value : [value];
      for (const scalar of values) {
        if (scalar === null || typeof scalar === 'object') throw new UsageError(`Expected a plain value for ${source}`);
      }
      this.#addUnlessWritten(name, { texts: values.map(String), source });
    }
  }

  #addUnlessWritten(name: string, entry: Entry): void {
    if (!this.#entries.has(name)) this.#entries.set(name, entry);
  }

  #meant(given: string, dashes: string): string {
    const names = Object.entries(this.#flags).flatMap(([name, { placeholder }]) =>
      placeholder === undefined && dashes !== '' ? [name, `no-${name}`] : [name],
    );
    const close = suggest(given, names);
    return close === undefined ? '' : `; did you mean ${dashes}${close}?`;
  }
}

type Keys = ReturnType<typeof readConfigFile>;

const filesRead = new WeakMap<readonly string[], { readonly file: string; readonly keys: Keys }>();

/** A command line is looked at more than once, and its file may be a pipe. */
function readOnce(file: string, argv: readonly string[]): Keys {
  const known = filesRead.get(argv);
  if (known?.file === file) return known.keys;
  const keys = readConfigFile(file);
  filesRead.set(argv, { file, keys });
  return keys;
}

/** An address may hold a password. */
function quoteWithoutCredentials(value: string): string {
  return JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//'));
}

const PREFIX = 'EXPORTER_';
const COLLECTOR_PREFIX = `${PREFIX}COLLECTOR_`;

/** Whether Kubernetes tells a pod with it where a service is: `EXPORTER_METRICS_PORT` beside `EXPORTER_METRICS_SERVICE_HOST`. */
function isOfService(variable: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const [, service] = /^(.+?)_(?:PORT|SERVICE)(?:_|$)/.exec(variable) ?? [];
  return service !== undefined && env[`${service}_SERVICE_HOST`] !== undefined;
}

/** `web.listen-address` -> `EXPORTER_WEB_LISTEN_ADDRESS` */
export function variableOf(flag: string): string {
  return `${PREFIX}${flag.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}
