/**
 * Flags, environment and file become one frozen, checked object. The only reader of `argv` and `process.env`.
 */
import { type CollectorDefinition, onlyInConvention } from '../collection/collector.ts';
import {
  choice,
  duration,
  type Flag,
  type Flags,
  type FlagValues,
  integer,
  text,
  texts,
  toggle,
} from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { readKeyValuePairs } from './key-value-list.ts';
import { type ListenAddress, readListenAddresses } from './listen-address.ts';
import { OTLP_FLAGS, type Outputs, readOutputs } from './otlp.ts';
import { FlagReader } from './sources.ts';
import { unsupportedFlags } from './unsupported-flags.ts';

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

export const OUR_FLAGS: ProgramFlags = { ...unsupportedFlags(), ...PROGRAM_FLAGS };

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
  /** The collectors that run, some of them in passes of one convention only. */
  readonly collectors: readonly CollectorDefinition[];
  /** What was written and changes nothing: a line for each. */
  readonly warnings: readonly string[];
  /** The value of every flag, by name. */
  readonly all: Readonly<Record<string, unknown>>;
}

export interface Sources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ProgramSources extends Sources {
  /** The file that Node.js runs. */
  readonly script: string;
}

/** What this process was started with. */
export function programSources(): ProgramSources {
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

/** With the flags that a program has without its collectors. */
export interface FlagSources extends Sources {
  /** Default: ours. */
  readonly program?: ProgramFlags;
}

export interface ConfigSources extends FlagSources {
  readonly definitions: readonly CollectorDefinition[];
}

/**
 * @throws {UsageError} for anything that cannot be meant: an unknown flag or key, a bad value, a flag given twice
 */
export function readConfig({ argv, env, definitions, program = OUR_FLAGS }: ConfigSources): Config {
  const flags = flagsOf(definitions, program);
  const written = new FlagReader(flags);
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
    warnings: [
      ...Object.entries(flags).flatMap(([name, { ignored }]) => written.warning(name, ignored)),
      ...written.misspelt(env),
    ],
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
export function readListen({ argv, env, program = OUR_FLAGS }: FlagSources): readonly ListenAddress[] {
  const flags = {
    'web.listen-address': program['web.listen-address'],
    'web.listen-port': program['web.listen-port'],
    'config.file': program['config.file'],
  };
  const written = new FlagReader(flags, { ignoreUnknown: true });
  written.addSources(argv, env);
  return readListenAddresses(written, program);
}

/** The flag that says which modules to load. */
export const MODULE_FLAGS = { 'collector.module': PROGRAM_FLAGS['collector.module'] };

/**
 * The values of some flags, before the others are known: collectors have flags, and some flags say which collectors there
 * are. What else is written is not looked at.
 */
export function readSome<F extends Flags>({ argv, env }: Sources, flags: F): FlagValues<F> {
  const written = new FlagReader({ ...flags, 'config.file': PROGRAM_FLAGS['config.file'] }, { ignoreUnknown: true });
  written.addSources(argv, env);
  const values = Object.entries(flags).map(([name, flag]) => [name, written.value(name, flag)]);
  // Each value comes back under the type that its flag declares.
  return Object.fromEntries(values) as FlagValues<F>;
}

function running(
  definition: CollectorDefinition,
  { values, written, all }: { values: ProgramValues; written: FlagReader; all: Readonly<Record<string, unknown>> },
): readonly CollectorDefinition[] {
  const flag = `collector.${definition.name}`;
  if (written.get(flag) === undefined) {
    // A module is there because a flag asks for it.
    if (values['collector.disable-defaults'] && definition.source === undefined) return [];
    if (definition.enabled === 'semconv') return [onlyInConvention('semconv', definition)];
  }
  return all[flag] === true ? [definition] : [];
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

function readResourceAttributes(written: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(readKeyValuePairs(written));
  } catch {
    throw new UsageError('Bad value for variable OTEL_RESOURCE_ATTRIBUTES: expected key=value,key=value');
  }
}
