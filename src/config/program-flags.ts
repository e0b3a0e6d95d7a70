import type { CollectorDefinition } from '../collection/collector.ts';
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
import { MAX_LABEL_BYTES } from '../util/cut-text.ts';
import { OTLP_FLAGS } from './otlp-flags.ts';
import { UNSUPPORTED_FLAG, unsupportedFlag, unsupportedFlags } from './unsupported-flags.ts';

/** The flags that every exporter has. */
export const PROGRAM_FLAGS = {
  'web.listen-address': texts('Address to listen on, as host:port, [ipv6]:port or :port.', 'ADDRESS', [':23333']),
  'web.listen-port': text('Port to listen on at all addresses. Cannot be combined with --web.listen-address.', 'PORT'),
  'web.telemetry-path': text('HTTP path of the metrics.', 'PATH', '/metrics'),
  'web.max-requests': integer(
    'Maximum number of concurrent scrapes; further scrapes get status 503. 0 means no limit.',
    40,
    { min: 0, max: 1e6 },
  ),
  'web.max-connections': integer(
    'Maximum number of open connections. 0 means a limit that depends on the memory and the descriptors of the process.',
    0,
    { min: 0, max: 1e6 },
  ),
  'web.max-unsent-megabytes': integer(
    'Maximum memory of responses that clients have not read, in MiB. 0 means an eighth of the memory of the process.',
    0,
    { min: 0, max: 1e6 },
  ),
  'web.response-timeout': duration('Maximum time that a client may take to read a response.', 30, {
    min: 0.1,
    max: 3600,
  }),
  'web.shutdown-delay': duration(
    'Time between a stop signal and the stop, during which the exporter serves requests but reports that it is not ready.',
    0,
    { min: 0, max: 60 },
  ),
  'web.disable-exporter-metrics': toggle('Omit process_* and nodejs_*, the metrics about the process of the exporter.'),
  'path.procfs': text('Mount point of the procfs of the host.', 'DIR', '/proc'),
  'path.sysfs': text('Mount point of the sysfs of the host.', 'DIR', '/sys'),
  'path.rootfs': text('Mount point of the root file system of the host.', 'DIR', '/'),
  'path.udev.data': text('Directory of the udev database of the host.', 'DIR', '/run/udev/data'),
  'collector.module': texts('Module with custom collectors: a file (.ts or .js) or the name of a package.', 'MODULE'),
  'collector.disable-defaults': toggle('Run only the collectors that a flag enables.'),
  'collector.timeout': duration('Maximum duration of a run of the collectors, if the scrape sends no timeout.', 5, {
    min: 0.05,
    max: 3600,
  }),
  hostname: text('Name of the host. If empty: the variable NODE_NAME, else the name that the host reports.', 'NAME'),
  'metrics.namespace': text('Prefix that replaces node in the names of the node_* metrics.', 'NAME', 'node'),
  'metrics.max-label-bytes': integer(
    'Maximum size of a label value in bytes. A longer value is cut and ends with an ellipsis and a hash.',
    1024,
    { min: 64, max: MAX_LABEL_BYTES },
  ),
  'metrics.scope-info': toggle('Add the labels of the OpenTelemetry scope to every series.'),
  ...OTLP_FLAGS,
  'log.level': choice('Minimum level of log messages.', ['debug', 'info', 'warn', 'error'], 'info'),
  'log.format': choice('Format of log messages.', ['logfmt', 'json'], 'logfmt'),
  'config.file': text('YAML file with one key per flag, such as "log.level: debug".', 'FILE'),
  'config.check': toggle('Check the configuration and exit.'),
  'config.print': toggle('Print the effective configuration as YAML and exit.'),
  healthcheck: toggle('Check the health of the exporter that runs with these flags, and exit with code 0 or 1.'),
  version: toggle('Print the version and exit.'),
  help: toggle('Print this help and exit.'),
  'help-long': toggle('Print this help with deprecated flags and flags without effect, and exit.'),
} satisfies Record<string, Flag>;

export type ProgramValues = FlagValues<typeof PROGRAM_FLAGS>;

/** The flags of an exporter, without the flags of its collectors. */
export type ProgramFlags = typeof PROGRAM_FLAGS & Flags;

/** The program flags of otel-node-exporter. */
export const DEFAULT_PROGRAM_FLAGS: ProgramFlags = {
  ...unsupportedFlags(),
  ...PROGRAM_FLAGS,
  [UNSUPPORTED_FLAG]: unsupportedFlag,
};

/** The parts of the program flags that differ between custom exporters. */
export interface CustomProgramFlags {
  /** Additional flags by full name. */
  readonly flags: Flags;
  /** Default port to listen on. */
  readonly port: number;
  /** Default prefix of the metric names. */
  readonly namespace: string;
}

/**
 * Returns the program flags of a custom exporter.
 *
 * @throws {UsageError} if an additional flag has the name of a flag that every exporter has
 */
export function customProgramFlags({ flags, port, namespace }: CustomProgramFlags): ProgramFlags {
  for (const name of Object.keys(flags)) {
    if (name in PROGRAM_FLAGS) throw new UsageError(`Cannot add flag --${name}: every exporter has this flag`);
  }
  return {
    ...flags,
    ...PROGRAM_FLAGS,
    'web.listen-address': { ...PROGRAM_FLAGS['web.listen-address'], default: [`:${port}`] },
    'metrics.namespace': text(
      `Prefix that replaces ${namespace} in the names of the ${namespace}_* metrics.`,
      'NAME',
      namespace,
    ),
  };
}

/**
 * Returns all flags of an exporter by name: the program flags, one toggle for each collector, and the flags of the
 * collectors.
 */
export function flagsOf(
  definitions: readonly CollectorDefinition[],
  programFlags: ProgramFlags = DEFAULT_PROGRAM_FLAGS,
): Flags {
  const flags: Record<string, Flag> = { ...programFlags };
  for (const { name, help, enabled, flags: collectorFlags } of definitions) {
    flags[`collector.${name}`] = toggle(`${help}.`, enabled === true);
    Object.assign(flags, collectorFlags);
  }
  return flags;
}
