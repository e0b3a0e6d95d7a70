import { type CollectorDefinition, onlyInConvention } from '../collection/collector.ts';
import { Mistakes } from '../flags/mistakes.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { quoteValue } from '../util/redact.ts';
import { misspelledVariableWarnings } from './environment.ts';
import type { Invocation } from './invocation.ts';
import { parseKeyValueList } from './key-value-list.ts';
import { type ListenAddress, parseListenAddresses } from './listen-address.ts';
import { type Outputs, readOutputs } from './otlp.ts';
import {
  DEFAULT_PROGRAM_FLAGS,
  flagsOf,
  PROGRAM_FLAGS,
  type ProgramFlags,
  type ProgramValues,
} from './program-flags.ts';
import { RawFlags } from './raw-flags.ts';
import { isUnsupportedCollector, UNSUPPORTED_FLAG } from './unsupported-flags.ts';

/** The validated configuration of an exporter. It is read from flags, environment variables and the configuration file. */
export interface Config {
  readonly values: ProgramValues;
  readonly listen: readonly ListenAddress[];
  /** Value of `--hostname`. If the flag is not set, value of the variable `NODE_NAME`. */
  readonly hostname: string | undefined;
  /** Value of the variable `TZ`, in the format of tzset(3). */
  readonly timeZone: string | undefined;
  readonly outputs: Outputs;
  readonly otel: {
    readonly serviceName: string | undefined;
    readonly resourceAttributes: Readonly<Record<string, string>>;
    /** Resource attributes `k8s.*`, from environment variables that the manifest of the pod sets. */
    readonly kubernetes: Readonly<Record<string, string>>;
    /** True if the exporter runs in a pod of Kubernetes, which sets the variable `KUBERNETES_SERVICE_HOST`. */
    readonly isPod: boolean;
  };
  /** The enabled collectors. */
  readonly collectors: readonly CollectorDefinition[];
  /**
   * Names of the collectors that the user has enabled with a flag, a variable or a key in the file. A key with the default
   * value of its flag does not count.
   */
  readonly requestedCollectors: ReadonlySet<string>;
  /** True if the exporter has to stop when its parent process ends. */
  readonly stopsWithParent: boolean;
  /** One line for each flag or variable that has no effect. */
  readonly warnings: readonly string[];
  /**
   * The values of all flags by name, including the flags of collectors. The flag of a collector that is enabled only for
   * pushes with semconv names has no value, because neither `true` nor `false` has this meaning.
   */
  readonly flagValues: FlagValuesByName;
}

type FlagValuesByName = Readonly<Record<string, unknown>>;

export interface ConfigOptions extends Invocation {
  readonly definitions: readonly CollectorDefinition[];
  /** Flags of the program. Default: the flags of otel-node-exporter. */
  readonly programFlags?: ProgramFlags;
  /** False if `definitions` is incomplete. An unknown flag of a collector is then not a mistake. Default: true. */
  readonly isComplete?: boolean;
}

/**
 * Returns the validated configuration as a frozen object.
 *
 * @throws {UsageError} with all mistakes: unknown or repeated flags, unknown keys, invalid values, and flags that exclude
 *   each other
 */
export function readConfig(options: ConfigOptions): Config {
  const mistakes = new Mistakes();
  const config = parseConfig(options, mistakes);
  mistakes.throwIfAny();
  return config;
}

/**
 * Returns the configuration. Adds each mistake to `mistakes` and uses the default in place of an invalid value, so that the
 * caller can check for more mistakes.
 */
export function parseConfig(
  { argv, env, definitions, programFlags = DEFAULT_PROGRAM_FLAGS, isComplete = true }: ConfigOptions,
  mistakes: Mistakes,
): Config {
  const flags = flagsOf(definitions, programFlags);
  const raw = new RawFlags(flags, { argv, env }, { mistakes, ...(!isComplete && { ignoreUnknown: 'collectors' }) });
  const undecided = new Set(
    definitions.filter((item) => isOnlyForSemconv(item, raw)).map(({ name }) => `collector.${name}`),
  );
  const flagValues: Record<string, unknown> = Object.fromEntries(
    Object.entries(flags).flatMap(([name, flag]) => (undecided.has(name) ? [] : [[name, raw.value(name, flag)]])),
  );
  // Each flag of PROGRAM_FLAGS parses its value to the declared type.
  const values = Object.fromEntries(
    Object.keys(PROGRAM_FLAGS).map((name) => [name, flagValues[name]]),
  ) as ProgramValues;
  const disabled = values['collector.disable-defaults'] ? definitions.filter((item) => isOffByDefault(item, raw)) : [];
  for (const { name } of disabled) flagValues[`collector.${name}`] = false;
  const warnings: string[] = [];
  const warn = (warning: string): void => void warnings.push(warning);
  mistakes.attempt(() => validateNamespace(values['metrics.namespace']));
  mistakes.attempt(() => validatePath(values['web.telemetry-path']));
  return Object.freeze({
    values,
    listen: parseListenAddresses(raw, programFlags),
    hostname: values.hostname || env['NODE_NAME'] || undefined,
    timeZone: env['TZ'],
    outputs: readOutputs(values, { raw, env, warn }),
    otel: {
      serviceName: env['OTEL_SERVICE_NAME']?.trim() || undefined,
      resourceAttributes: parseResourceAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '', warn),
      kubernetes: kubernetesAttributes(env),
      isPod: env['KUBERNETES_SERVICE_HOST'] !== undefined,
    },
    collectors: definitions
      .filter((definition) => !disabled.includes(definition))
      .flatMap((definition) => enabledForm(definition, { raw, flagValues })),
    requestedCollectors: new Set(
      definitions.map(({ name }) => name).filter((name) => isRequested(`collector.${name}`, { raw, flagValues })),
    ),
    // npx and npm exec set this variable: https://docs.npmjs.com/cli/using-npm/scripts#environment
    stopsWithParent: env['npm_command'] === 'exec',
    warnings: [
      ...new Set([...raw.warnings, ...warnings]),
      ...ignoredWarnings(raw, flagValues[UNSUPPORTED_FLAG] === 'refuse'),
      ...misspelledVariableWarnings(flags, env),
    ],
    flagValues,
  });
}

/**
 * Returns a warning for each flag that has no effect. If `refuses` is true, a flag for an unsupported collector is a
 * mistake.
 */
function ignoredWarnings(raw: RawFlags, refuses: boolean): readonly string[] {
  return raw.ignored.flatMap(({ name, source, reason }) => {
    if (!refuses || !isUnsupportedCollector(name)) return [`Ignoring ${source}: ${reason}`];
    raw.mistakes.add(new UsageError(`Invalid value "true" for ${source}: ${reason}`));
    return [];
  });
}

/**
 * Returns whether `--collector.disable-defaults` disables a collector. Two kinds of collectors stay enabled: collectors of
 * modules, and collectors whose flag is set.
 */
function isOffByDefault({ name, source }: CollectorDefinition, raw: RawFlags): boolean {
  return source === undefined && !raw.has(`collector.${name}`);
}

/** Returns whether a collector is enabled only for pushes with semconv names, because no setting enables or disables it. */
function isOnlyForSemconv({ name, enabled }: CollectorDefinition, raw: RawFlags): boolean {
  return enabled === 'semconv' && !raw.has(`collector.${name}`);
}

interface CollectorFlags {
  readonly raw: RawFlags;
  readonly flagValues: FlagValuesByName;
}

/**
 * Returns a list with the definition if the collector is enabled; otherwise an empty list. If the collector is enabled only
 * for pushes with semconv names, the definition is restricted to such pushes.
 */
function enabledForm(
  definition: CollectorDefinition,
  { raw, flagValues }: CollectorFlags,
): readonly CollectorDefinition[] {
  const flag = `collector.${definition.name}`;
  if (isOnlyForSemconv(definition, raw)) return [onlyInConvention('semconv', definition)];
  return flagValues[flag] === true ? [definition] : [];
}

function isRequested(flag: string, { raw, flagValues }: CollectorFlags): boolean {
  return raw.differs(flag) && flagValues[flag] === true;
}

function validateNamespace(namespace: string): void {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(namespace)) return;
  throw new UsageError(
    `Invalid value ${quoteValue(namespace)} for flag --metrics.namespace: expected letters, digits and underscores`,
  );
}

function validatePath(path: string): void {
  if (/^\/[\w.~/-]*$/.test(path)) return;
  throw new UsageError(`Invalid value ${quoteValue(path)} for flag --web.telemetry-path: expected a path`);
}

/**
 * Returns the resource attributes in a list. If one pair is malformed, returns no attributes: the specification requires
 * that the whole list is discarded.
 */
function parseResourceAttributes(text: string, warn: (warning: string) => void): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(parseKeyValueList(text));
  } catch (error) {
    warn(`Ignoring variable OTEL_RESOURCE_ATTRIBUTES: ${messageOf(error)}`);
    return {};
  }
}

/**
 * Environment variables by resource attribute. Kubernetes manifests usually set these variables from fields of the pod
 * (downward API).
 */
const KUBERNETES_VARIABLES = {
  'k8s.cluster.name': 'CLUSTER_NAME',
  'k8s.namespace.name': 'POD_NAMESPACE',
  'k8s.node.name': 'NODE_NAME',
  'k8s.pod.name': 'POD_NAME',
  'k8s.pod.uid': 'POD_UID',
};

function kubernetesAttributes(env: Invocation['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(KUBERNETES_VARIABLES).flatMap(([attribute, variable]) => {
      const value = env[variable];
      return value ? [[attribute, value]] : [];
    }),
  );
}
