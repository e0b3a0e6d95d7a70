import type { AnyFamily } from '../../metrics/metric.ts';

/**
 * Namespace of the families that this package declares. Custom exporters that use these families do not change their
 * declared names.
 */
const DECLARED_NAMESPACE = 'node';

/** Settings for the names of metrics in the output. */
export interface Naming {
  /** The version of the instrumentation scope. */
  readonly version: string;
  /** The namespace of the exporter's families in the output: `--metrics.namespace`. */
  readonly namespace: string;
  /** The namespace in which custom collectors and instruments declare their families. */
  readonly defaultNamespace: string;
  /** True if every series has labels with the name and version of its instrumentation scope. */
  readonly scopeInfo: boolean;
}

/**
 * Returns the Prometheus name of a family in the output. The flag `--metrics.namespace` replaces the declared namespace
 * (`node`). Names without this namespace (`process_*`, `container_*`) and names of external families are unchanged.
 */
export function metricName(
  { name, external = false, bothConventions = false }: Pick<AnyFamily, 'name' | 'external' | 'bothConventions'>,
  { defaultNamespace, namespace }: Pick<Naming, 'defaultNamespace' | 'namespace'>,
): string {
  const prefix = `${bothConventions ? defaultNamespace : DECLARED_NAMESPACE}_`;
  return !external && name.startsWith(prefix) ? `${namespace}_${name.slice(prefix.length)}` : name;
}
