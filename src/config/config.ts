import { type CollectorDefinition, onlyInConvention } from '../collection/collector.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
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

/** The validated configuration of an exporter, from flags, environment variables and the configuration file. */
export interface Config {
  readonly values: ProgramValues;
  readonly listen: readonly ListenAddress[];
  /** Value of `--hostname`, or else of the variable `NODE_NAME`. */
  readonly hostname: string | undefined;
  /** Value of the variable `TZ`, in the format of tzset(3). */
  readonly timeZone: string | undefined;
  readonly outputs: Outputs;
  readonly otel: {
    readonly serviceName: string | undefined;
    readonly resourceAttributes: Readonly<Record<string, string>>;
    /** Resource attributes `k8s.*`, from the environment variables of the pod. */
    readonly kubernetes: Readonly<Record<string, string>>;
  };
  /** The enabled collectors. */
  readonly collectors: readonly CollectorDefinition[];
  /** One message for each flag or variable that has no effect. */
  readonly warnings: readonly string[];
  /** The values of all flags by name, including those of collectors. */
  readonly flagValues: FlagValuesByName;
}

type FlagValuesByName = Readonly<Record<string, unknown>>;

export interface ConfigOptions extends Invocation {
  readonly definitions: readonly CollectorDefinition[];
  /** Flags of the program. Default: the flags of otel-node-exporter. */
  readonly programFlags?: ProgramFlags;
}

/**
 * Returns the validated configuration as a frozen object.
 *
 * @throws {UsageError} for an unknown or repeated flag, an unknown key, an invalid value, and flags that exclude each other
 */
export function readConfig({ argv, env, definitions, programFlags = DEFAULT_PROGRAM_FLAGS }: ConfigOptions): Config {
  const flags = flagsOf(definitions, programFlags);
  const raw = new RawFlags(flags, { argv, env });
  const flagValues = Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, raw.value(name, flag)]));
  // Each flag of PROGRAM_FLAGS parses its value to the type that it declares.
  const values = Object.fromEntries(
    Object.keys(PROGRAM_FLAGS).map((name) => [name, flagValues[name]]),
  ) as ProgramValues;
  validateNames(values);
  return Object.freeze({
    values,
    listen: parseListenAddresses(raw, programFlags),
    hostname: values.hostname || env['NODE_NAME'] || undefined,
    timeZone: env['TZ'],
    outputs: orUsageError(() => readOutputs(values, env)),
    otel: {
      serviceName: env['OTEL_SERVICE_NAME'] || undefined,
      resourceAttributes: parseResourceAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
      kubernetes: kubernetesAttributes(env),
    },
    collectors: definitions.flatMap((definition) => enabledForm(definition, { values, raw, flagValues })),
    warnings: [...raw.ignoredWarnings, ...misspelledVariableWarnings(flags, env)],
    flagValues,
  });
}

/**
 * Returns the definition if the collector is enabled, otherwise an empty list. If the collector is enabled only for pushes
 * with semconv names, the returned definition is restricted to these.
 */
function enabledForm(
  definition: CollectorDefinition,
  { values, raw, flagValues }: { values: ProgramValues; raw: RawFlags; flagValues: FlagValuesByName },
): readonly CollectorDefinition[] {
  const flag = `collector.${definition.name}`;
  if (!raw.has(flag)) {
    // --collector.module enables the collectors of a module, so --collector.disable-defaults does not disable them.
    if (values['collector.disable-defaults'] && definition.source === undefined) return [];
    if (definition.enabled === 'semconv') return [onlyInConvention('semconv', definition)];
  }
  return flagValues[flag] === true ? [definition] : [];
}

function validateNames(values: ProgramValues): void {
  const { 'metrics.namespace': namespace, 'web.telemetry-path': path } = values;
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(namespace)) {
    throw new UsageError(
      `Invalid value ${JSON.stringify(namespace)} for flag --metrics.namespace: expected letters, digits and underscores`,
    );
  }
  if (!/^\/[\w.~/-]*$/.test(path)) {
    throw new UsageError(`Invalid value ${JSON.stringify(path)} for flag --web.telemetry-path: expected a path`);
  }
}

function orUsageError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function parseResourceAttributes(text: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(parseKeyValueList(text));
  } catch {
    throw new UsageError('Invalid value for variable OTEL_RESOURCE_ATTRIBUTES: expected key=value,key=value');
  }
}

/** By attribute: the environment variable that Kubernetes manifests usually set to a field of the pod (downward API). */
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
