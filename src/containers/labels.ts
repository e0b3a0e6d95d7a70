import type { Labels } from '../metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type Name = (typeof CONTAINER_LABELS)[number];
type Base = Partial<Labels<Name>> & { readonly id: string };

/**
 * The labels of one container's series. Most series have the same, and a container has dozens: each set of labels is one
 * object, made once while the container lives.
 */
export class ContainerLabels {
  readonly base: Labels<Name>;
  readonly #more = new Map<string, Labels>();

  constructor({ id, name, image, namespace, pod, container }: Base) {
    this.base = present({ id, name, image, namespace, pod, container });
  }

  /** With one more label. */
  with<L extends string>(label: L, value: string): Labels<Name | L> {
    return this.#make(`${label}=${value}`, { [label]: value });
  }

  /** With two more. */
  withBoth<L extends string, M extends string>(
    [label, value]: readonly [L, string],
    [other, otherValue]: readonly [M, string],
  ): Labels<Name | L | M> {
    return this.#make(`${label}=${value},${other}=${otherValue}`, { [label]: value, [other]: otherValue });
  }

  /** Interfaces and devices come and go: what is not asked for any more must not add up. */
  static readonly MOST_KEPT = 256;

  #make<M extends string>(key: string, more: Labels): Labels<M> {
    let labels = this.#more.get(key);
    if (labels === undefined) {
      if (this.#more.size >= ContainerLabels.MOST_KEPT) this.#more.clear();
      labels = { ...this.base, ...more };
      this.#more.set(key, labels);
    }
    // The base and the labels that were added: the key tells which.
    return labels as Labels<M>;
  }
}

/** Without the labels that are not there: nobody has to look for them again. */
function present(labels: Labels<Name>): Labels<Name> {
  // A label that is left out is one that is `undefined`.
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)) as Labels<Name>;
}
