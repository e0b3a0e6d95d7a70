import type { AnyFamily } from '../../metrics/metric.ts';

/** The leading word of the families that an exporter has about itself, whatever it is about. */
const OURS = 'node';

/** How an exporter names its metrics in every output. */
export interface Naming {
  /** Version of the OpenTelemetry scope. */
  readonly version: string;
  /** Prefix of the metric names in the output: `--metric.namespace`. */
  readonly namespace: string;
  /** Prefix of the declared names, which {@link Naming.namespace} replaces. */
  readonly defaultNamespace: string;
  /** True if every series on the page has the labels of the OpenTelemetry scope. */
  readonly scopeInfo: boolean;
}

/**
 * The name of a family on the page: our own begin with `--metric.namespace`, all others (`process_*`, `container_*`, those
 * of other programs) keep theirs.
 */
export function metricName(
  { name, external = false, bothConventions = false }: Pick<AnyFamily, 'name' | 'external' | 'bothConventions'>,
  { defaultNamespace, namespace }: Pick<Naming, 'defaultNamespace' | 'namespace'>,
): string {
  const leading = `${bothConventions ? defaultNamespace : OURS}_`;
  return !external && name.startsWith(leading) ? `${namespace}_${name.slice(leading.length)}` : name;
}
