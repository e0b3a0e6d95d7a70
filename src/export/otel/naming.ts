import type { AnyFamily } from '../../metrics/metric.ts';

/** The namespace in which the exporter's own families are declared, whatever the exporter measures. */
const DECLARED_NAMESPACE = 'node';

/** How metrics are named where they leave the program. */
export interface Naming {
  /** The version of the instrumentation scope. */
  readonly version: string;
  /** The namespace of the exporter's families in the output: `--metrics.namespace`. */
  readonly namespace: string;
  /** The namespace in which families of user-defined collectors and instruments are declared. */
  readonly defaultNamespace: string;
  /** Whether every series on the page has labels with the name and version of its instrumentation scope. */
  readonly scopeInfo: boolean;
}

/**
 * Returns the Prometheus name of a family in the output. `--metrics.namespace` replaces the namespace of declared
 * families; names outside of it (`process_*`, `container_*`) and names of external families stay as they are.
 */
export function metricName(
  { name, external = false, bothConventions = false }: Pick<AnyFamily, 'name' | 'external' | 'bothConventions'>,
  { defaultNamespace, namespace }: Pick<Naming, 'defaultNamespace' | 'namespace'>,
): string {
  const prefix = `${bothConventions ? defaultNamespace : DECLARED_NAMESPACE}_`;
  return !external && name.startsWith(prefix) ? `${namespace}_${name.slice(prefix.length)}` : name;
}
