import type { Family } from '../metric.ts';

const OWN = /^node_/;

/**
 * The name of a family on the page: our own begin with `--metric.namespace`, all others (`process_*`, `container_*`)
 * keep theirs.
 */
export function pageName({ name }: Pick<Family, 'name'>, namespace: string): string {
  return name.replace(OWN, `${namespace}_`);
}
