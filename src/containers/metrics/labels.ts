import { extendLabels, shareLabels, withoutAbsent } from '../../metrics/label-cache.ts';
import type { Labels } from '../../metrics/metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type ContainerLabel = (typeof CONTAINER_LABELS)[number];
type ContainerLabelValues = Partial<Labels<ContainerLabel>> & { readonly id: string };

/** Limit of the cached extensions of one label set: those of removed interfaces and devices must not accumulate. */
const MAX_EXTENSIONS = 64;

interface Extension {
  readonly label: string;
  readonly value: string;
  readonly extended: ContainerLabels<string>;
}

/**
 * A label set of one container, and its extensions by one label each. A container has dozens of series with few distinct
 * label sets. Each set is one shared object for as long as the container's metadata stays the same.
 */
export class ContainerLabels<L extends string = ContainerLabel> {
  readonly base: Labels<L>;
  readonly #extensions: Extension[] = [];

  private constructor(shared: Labels<L>) {
    this.base = shared;
  }

  /** Returns a label set without the labels that are `undefined`. */
  static of<L extends string>(labels: Labels<L>): ContainerLabels<L> {
    // An omitted label equals one that is undefined.
    return new ContainerLabels(shareLabels({ ...withoutAbsent(labels) }) as Labels<L>);
  }

  /** Returns this label set and one more label. Equal calls return the same object. */
  with<M extends string>(label: M, value: string): ContainerLabels<L | M> {
    // Searching a handful of entries is faster than a map lookup when 1,000 containers come one after the other.
    let extension = this.#extensions.find((entry) => entry.label === label && entry.value === value);
    if (extension === undefined) {
      if (this.#extensions.length >= MAX_EXTENSIONS) this.#extensions.length = 0;
      extension = { label, value, extended: new ContainerLabels(extendLabels(this.base, label, value)) };
      this.#extensions.push(extension);
    }
    // It has the labels of this set and the new one.
    return extension.extended as ContainerLabels<L | M>;
  }
}

export function createContainerLabels({
  id,
  name,
  image,
  namespace,
  pod,
  container,
}: ContainerLabelValues): ContainerLabels {
  return ContainerLabels.of({ id, name, image, namespace, pod, container });
}
