import type { AnyFamily } from '../../metrics/metric.ts';

/** The leading word of the families that an exporter has about itself, whatever it is about. */
const OURS = 'node';

export interface Naming {
  /** The leading word that the families of the library's user are declared with. */
  readonly own: string;
  /** What it is on the page: `--metric.namespace`. */
  readonly namespace: string;
}

/**
 * The name of a family on the page: our own begin with `--metric.namespace`, all others (`process_*`, `container_*`, those
 * of other programs) keep theirs.
 */
export function metricName(
  { name, external = false, bothConventions = false }: Pick<AnyFamily, 'name' | 'external' | 'bothConventions'>,
  { own, namespace }: Naming,
): string {
  const leading = `${bothConventions ? own : OURS}_`;
  return !external && name.startsWith(leading) ? `${namespace}_${name.slice(leading.length)}` : name;
}
