import type { Labels } from '../metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type Name = (typeof CONTAINER_LABELS)[number];
type Base = Partial<Labels<Name>> & { readonly id: string };

/** How many values of one label are kept: interfaces and devices that are gone must not add up. */
const MOST_KEPT = 256;

/**
 * The labels of one container's series. Most series have the same, and a container has dozens: each set of labels is one
 * object, made once while the container lives, and frozen so that its text is made once too.
 */
export class ContainerLabels<L extends string = Name> {
  readonly base: Labels<L>;
  readonly #more = new Map<string, Map<string, ContainerLabels<string>>>();

  constructor(labels: Labels<L>) {
    // A label that is left out is one that is `undefined`.
    this.base = Object.freeze(
      Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)),
    ) as Labels<L>;
  }

  /** With one more label. */
  with<M extends string>(label: M, value: string): ContainerLabels<L | M> {
    let values = this.#more.get(label);
    if (values === undefined) {
      values = new Map();
      this.#more.set(label, values);
    }
    let labels = values.get(value);
    if (labels === undefined) {
      if (values.size >= MOST_KEPT) values.clear();
      labels = new ContainerLabels<string>({ ...this.base, [label]: value });
      values.set(value, labels);
    }
    // Those of this set and the one that was added.
    return labels as ContainerLabels<L | M>;
  }
}

/** @param names of a container, as far as they shall be on every series */
export function containerLabels({ id, name, image, namespace, pod, container }: Base): ContainerLabels {
  return new ContainerLabels({ id, name, image, namespace, pod, container });
}
