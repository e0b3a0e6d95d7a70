import type { AnyFamily } from '../metric.ts';

const OWN = /^node_/;

/**
 * The name of a family on the page: our own begin with `--metric.namespace`, all others (`process_*`, `container_*`, those
 * of other programs) keep theirs.
 */
export function pageName({ name, foreign = false }: Pick<AnyFamily, 'name' | 'foreign'>, namespace: string): string {
  return foreign ? name : name.replace(OWN, `${namespace}_`);
}
