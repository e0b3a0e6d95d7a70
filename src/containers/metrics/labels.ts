import { extendLabels, shareLabels, withoutAbsent } from '../../metrics/label-cache.ts';
import type { Labels } from '../../metrics/metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type Name = (typeof CONTAINER_LABELS)[number];
type Base = Partial<Labels<Name>> & { readonly id: string };

/** How many sets of labels are kept: interfaces and devices that are gone must not add up. */
const MOST_KEPT = 64;

/**
 * The labels of one container's series. Most series have the same, and a container has dozens: each set of labels is one
 * object, made once while the container lives, and shared.
 */
export class ContainerLabels<L extends string = Name> {
  readonly base: Labels<L>;
  readonly #more: { readonly label: string; readonly value: string; readonly labels: ContainerLabels<string> }[] = [];

  private constructor(shared: Labels<L>) {
    this.base = shared;
  }

  /** @param labels of which those that are `undefined` are left out */
  static of<L extends string>(labels: Labels<L>): ContainerLabels<L> {
    // What is left out is one that is `undefined`.
    return new ContainerLabels(shareLabels({ ...withoutAbsent(labels) }) as Labels<L>);
  }

  /** With one more label. */
  with<M extends string>(label: M, value: string): ContainerLabels<L | M> {
    // A handful: to go through them takes less than to look them up, a thousand containers after each other.
    let known = this.#more.find((more) => more.label === label && more.value === value);
    if (known === undefined) {
      if (this.#more.length >= MOST_KEPT) this.#more.length = 0;
      known = { label, value, labels: new ContainerLabels<string>(extendLabels(this.base, label, value)) };
      this.#more.push(known);
    }
    // Those of this set and the one that was added.
    return known.labels as ContainerLabels<L | M>;
  }
}

/** @param names of a container, as far as they shall be on every series */
export function containerLabels({ id, name, image, namespace, pod, container }: Base): ContainerLabels {
  return ContainerLabels.of({ id, name, image, namespace, pod, container });
}
