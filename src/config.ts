/**
 * Flags, environment and file become one frozen, checked object. The only reader of `argv` and `process.env`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { type CollectorDefinition, onlyFor } from './collector.ts';
import { codeOf, messageOf } from './error-parts.ts';
import { choice, duration, type Flag, type Flags, type FlagValues, integer, text, texts, toggle } from './flag.ts';
import { readKeyValuePairs } from './key-value-pairs.ts';
import { leftOutFlags } from './left-out.ts';
import { nearest } from './nearest.ts';
import { OTLP_FLAGS, type Outputs, readOutputs } from './otlp-config.ts';

/** Bad usage: one line for the operator, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const PROGRAM_FLAGS = {
  'web.listen-address': texts('Address to listen on, as host:port, [ipv6]:port or :port.', 'ADDRESS', [':23333']),
  'web.listen-port': text('Port to listen on at all addresses; not together with --web.listen-address.', 'PORT'),
  'web.telemetry-path': text('Path of the metrics.', 'PATH', '/metrics'),
  'web.max-requests': integer('Scrapes answered at once; one more gets 503. 0: no limit.', 40, { min: 0, max: 1e6 }),
  'web.shutdown-delay': duration('How long to answer and not be ready after a stop signal.', 0, { min: 0, max: 60 }),
  'web.disable-exporter-metrics': toggle('Leave out process_* and nodejs_*, the metrics about this process.'),
  'path.procfs': text('Where the procfs of the host is mounted.', 'DIR', '/proc'),
  'path.sysfs': text('Where the sysfs of the host is mounted.', 'DIR', '/sys'),
  'path.rootfs': text('Where the root file system of the host is mounted.', 'DIR', '/'),
  'path.udev.data': text("Where udev's database of the host is.", 'DIR', '/run/udev/data'),
  'collector.module': texts('Module with collectors of your own: ./file.ts, ./file.js or a package.', 'MODULE'),
  'collector.disable-defaults': toggle('Run only the collectors that a flag asks for.'),
  'collector.timeout': duration('How long a pass may take when the scrape does not say.', 5, { min: 0.05, max: 3600 }),
  hostname: text('What the host is called; otherwise NODE_NAME, else what the host says.', 'NAME'),
  'metric.namespace': text('Replaces the leading node of our own metrics.', 'NAME', 'node'),
  'metrics.scope-info': toggle('Label every series with the OpenTelemetry scope it comes from.'),
  ...OTLP_FLAGS,
  'log.level': choice('The least important messages to log.', ['debug', 'info', 'warn', 'error'], 'info'),
  'log.format': choice('How log lines are written.', ['logfmt', 'json'], 'logfmt'),
  'config.file': text('YAML file with one key per flag, such as "log.level: debug".', 'FILE'),
  'config.check': toggle('Check the configuration and end.'),
  'config.print': toggle('Print the configuration that all sources add up to, as YAML, and end.'),
  healthcheck: toggle('Ask the exporter that runs with these flags whether it lives, and end with 0 or 1.'),
  version: toggle('Print the version and end.'),
  help: toggle('Print this help and end.'),
} satisfies Record<string, Flag>;

export type ProgramValues = FlagValues<typeof PROGRAM_FLAGS>;

/** The flags of a program, without those of its collectors. */
export type ProgramFlags = typeof PROGRAM_FLAGS & Flags;

export const OUR_FLAGS: ProgramFlags = { ...leftOutFlags(), ...PROGRAM_FLAGS };

/** How the flags of an exporter that somebody makes with the library differ from ours. */
export interface OwnFlags {
  /** By full name. */
  readonly flags: Flags;
  readonly port: number;
  readonly namespace: string;
}

/** @throws {UsageError} for a flag that is one of ours already */
export function ownProgramFlags({ flags, port, namespace }: OwnFlags): ProgramFlags {
  for (const name of Object.keys(flags)) {
    if (name in PROGRAM_FLAGS) throw new UsageError(`Cannot add flag --${name}: every exporter has one`);
  }
  return {
    ...flags,
    ...PROGRAM_FLAGS,
    'web.listen-address': { ...PROGRAM_FLAGS['web.listen-address'], default: [`:${port}`] },
    'metric.namespace': text(`Replaces the leading ${namespace} of the metrics.`, 'NAME', namespace),
  };
}

export interface ListenAddress {
  /** `undefined`: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

export interface Config {
  readonly values: ProgramValues;
  readonly listen: readonly ListenAddress[];
  /** `--hostname`, else `NODE_NAME`. */
  readonly hostname: string | undefined;
  /** `TZ`, as tzset(3) reads it. */
  readonly timeZone: string | undefined;
  readonly outputs: Outputs;
  readonly otel: {
    readonly serviceName: string | undefined;
    readonly resourceAttributes: Readonly<Record<string, string>>;
    /** What the pod is told of itself, under the names of the resource conventions. */
    readonly kubernetes: Readonly<Record<string, string>>;
  };
  /** The collectors that run, some of them in passes of one vocabulary only. */
  readonly collectors: readonly CollectorDefinition[];
  /** What was written and changes nothing: a line for each. */
  readonly warnings: readonly string[];
  /** The value of every flag, by name. */
  readonly all: Readonly<Record<string, unknown>>;
}

export interface Sources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly definitions: readonly CollectorDefinition[];
  /** The file that Node.js runs. */
  readonly script: string;
  /** Default: ours. */
  readonly program?: ProgramFlags;
}

/** What this process was started with. */
export function programSources(): Omit<Sources, 'definitions' | 'program'> {
  const [, script = '', ...argv] = process.argv;
  return { argv, env: process.env, script };
}

/** All flags of the program, by name; also those that only node_exporter's command lines know. */
export function flagsOf(definitions: readonly CollectorDefinition[], program: ProgramFlags = OUR_FLAGS): Flags {
  const flags: Record<string, Flag> = { ...program };
  for (const { name, help, enabled, flags: own } of definitions) {
    flags[`collector.${name}`] = toggle(`${help}.`, enabled === true);
    Object.assign(flags, own);
  }
  return flags;
}

/** The variables that a pod sets by the downward API, as far as it has the usual names. */
const KUBERNETES = {
  'k8s.cluster.name': 'CLUSTER_NAME',
  'k8s.namespace.name': 'POD_NAMESPACE',
  'k8s.node.name': 'NODE_NAME',
  'k8s.pod.name': 'POD_NAME',
  'k8s.pod.uid': 'POD_UID',
};

/**
 * @throws {UsageError} for anything that cannot be meant: an unknown flag or key, a bad value, a flag given twice
 */
export function readConfig({ argv, env, definitions, program = OUR_FLAGS }: Omit<Sources, 'script'>): Config {
  const flags = flagsOf(definitions, program);
  const written = new Written(flags);
  written.addSources(argv, env);

  const all = Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, written.value(name, flag)]));
  // The one place where values come back under the types that PROGRAM_FLAGS declares.
  const values = Object.fromEntries(Object.keys(PROGRAM_FLAGS).map((name) => [name, all[name]])) as ProgramValues;
  checkNames(values);
  return Object.freeze({
    values,
    listen: readListenAddresses(written, program),
    hostname: values.hostname || env['NODE_NAME'] || undefined,
    timeZone: env['TZ'],
    outputs: orUsageError(() => readOutputs(values, env)),
    otel: {
      serviceName: env['OTEL_SERVICE_NAME'] || undefined,
      resourceAttributes: readResourceAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
      kubernetes: Object.fromEntries(
        Object.entries(KUBERNETES).flatMap(([attribute, variable]) => {
          const value = env[variable];
          return value ? [[attribute, value]] : [];
        }),
      ),
    },
    collectors: definitions.flatMap((definition) => running(definition, { values, written, all })),
    warnings: Object.entries(flags).flatMap(([name, { inert }]) => written.warning(name, inert)),
    all,
  });
}

function orUsageError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** Whether the command line asks for a health check: a process of its own, which loads no collector. */
export function asksForHealth({ argv }: Pick<Sources, 'argv'>): boolean {
  return argv.includes('--healthcheck');
}

/**
 * Where the exporter with this configuration listens. What else it says is not looked at: the flags of collectors are
 * known only to who loads them.
 */
export function readListen({
  argv,
  env,
  program = OUR_FLAGS,
}: Pick<Sources, 'argv' | 'env' | 'program'>): readonly ListenAddress[] {
  const flags = {
    'web.listen-address': program['web.listen-address'],
    'web.listen-port': program['web.listen-port'],
    'config.file': program['config.file'],
  };
  const written = new Written(flags, { ignoreUnknown: true });
  written.addSources(argv, env);
  return readListenAddresses(written, program);
}

/** The flag that says which modules to load. */
export const MODULE_FLAGS = { 'collector.module': PROGRAM_FLAGS['collector.module'] };

/**
 * The values of some flags, before the others are known: collectors have flags, and some flags say which collectors there
 * are. What else is written is not looked at.
 */
export function readSome<F extends Flags>({ argv, env }: Pick<Sources, 'argv' | 'env'>, flags: F): FlagValues<F> {
  const written = new Written({ ...flags, 'config.file': PROGRAM_FLAGS['config.file'] }, { ignoreUnknown: true });
  written.addSources(argv, env);
  const values = Object.entries(flags).map(([name, flag]) => [name, written.value(name, flag)]);
  // Each value comes back under the type that its flag declares.
  return Object.fromEntries(values) as FlagValues<F>;
}

function running(
  definition: CollectorDefinition,
  { values, written, all }: { values: ProgramValues; written: Written; all: Readonly<Record<string, unknown>> },
): readonly CollectorDefinition[] {
  const flag = `collector.${definition.name}`;
  if (written.get(flag) === undefined) {
    // A module is there because a flag asks for it.
    if (values['collector.disable-defaults'] && definition.place === undefined) return [];
    if (definition.enabled === 'semconv') return [onlyFor('semconv', definition)];
  }
  return all[flag] === true ? [definition] : [];
}

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

class Written {
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
  warning(name: string, inert: string | undefined): readonly string[] {
    const entry = this.get(name);
    if (inert === undefined || entry === undefined || entry.texts.join() === 'false') return [];
    return [`Ignoring ${entry.source}: ${inert}`];
  }

  addSources(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
    this.#addArguments(argv);
    this.#addEnvironment(env);
    const file = this.get('config.file')?.texts[0];
    if (file !== undefined && file !== '') this.#addFile(file);
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

  #addFile(file: string): void {
    for (const [name, value] of readFile(file)) {
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
    const close = nearest(given, names);
    return close === undefined ? '' : `; did you mean ${dashes}${close}?`;
  }
}

/** An address may hold a password. */
function quoteWithoutCredentials(value: string): string {
  return JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//'));
}

/** `web.listen-address` -> `EXPORTER_WEB_LISTEN_ADDRESS` */
export function variableOf(flag: string): string {
  return `EXPORTER_${flag.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** A YAML error shows its position and not the line: the line may hold a secret. */
function readFile(file: string): [string, unknown][] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${codeOf(error) ?? error}`);
  }
  const document = parseDocument(content, { prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = content.slice(0, problem.pos[0]).split('\n').length;
    throw new UsageError(`Cannot parse ${file}: line ${line} is no YAML (${problem.code})`);
  }
  const keys: unknown = document.toJS();
  if (keys === null) return [];
  if (typeof keys !== 'object' || Array.isArray(keys)) {
    throw new UsageError(`Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`);
  }
  return Object.entries(keys);
}

function checkNames(values: ProgramValues): void {
  const { 'metric.namespace': namespace, 'web.telemetry-path': path } = values;
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(namespace)) {
    throw new UsageError(
      `Bad value ${JSON.stringify(namespace)} for flag --metric.namespace: expected letters, digits and underscores`,
    );
  }
  if (!/^\/[\w.~/-]*$/.test(path)) {
    throw new UsageError(`Bad value ${JSON.stringify(path)} for flag --web.telemetry-path: expected a path`);
  }
}

function readListenAddresses(written: Written, program: ProgramFlags): readonly ListenAddress[] {
  const port = written.value('web.listen-port', program['web.listen-port']);
  if (port === '') {
    return written.value('web.listen-address', program['web.listen-address']).map(readListenAddress);
  }
  if (written.get('web.listen-address') !== undefined) {
    throw new UsageError('Flags --web.listen-port and --web.listen-address exclude each other');
  }
  return [{ host: undefined, port: readPort(port, 'web.listen-port', port) }];
}

function readListenAddress(address: string): ListenAddress {
  const [, ipv6, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address) ?? [];
  const name = 'web.listen-address';
  if (port === undefined) {
    throw new UsageError(`Bad value ${JSON.stringify(address)} for flag --${name}: expected host:port`);
  }
  return { host: ipv6 || host || undefined, port: readPort(port, name, address) };
}

function readPort(port: string, flag: string, written: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (number <= 65535) return number;
  throw new UsageError(`Bad value ${JSON.stringify(written)} for flag --${flag}: expected a port from 0 to 65535`);
}

function readResourceAttributes(written: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(readKeyValuePairs(written));
  } catch {
    throw new UsageError('Bad value for variable OTEL_RESOURCE_ATTRIBUTES: expected key=value,key=value');
  }
}
