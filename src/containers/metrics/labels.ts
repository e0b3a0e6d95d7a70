import { extendLabels, shareLabels, withoutAbsent } from '../../metrics/label-cache.ts';
import type { Labels } from '../../metrics/metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type ContainerLabel = (typeof CONTAINER_LABELS)[number];
type ContainerLabelValues = Partial<Labels<ContainerLabel>> & { readonly id: string };

/** Maximum number of cached extensions of one label set, because extensions for removed devices would accumulate. */
const MAX_EXTENSIONS = 64;

interface Extension {
  readonly label: string;
  readonly value: string;
  readonly extended: ContainerLabels<string>;
}

/**
 * A label set of one container, and the label sets that have one more label. The dozens of series of a container have few
 * different label sets. All series with the same label set share one object, until the metadata of the container changes.
 */
export class ContainerLabels<L extends string = ContainerLabel> {
  readonly base: Labels<L>;
  readonly #extensions: Extension[] = [];

  private constructor(shared: Labels<L>) {
    this.base = shared;
  }

  /** Returns a label set without the labels that are `undefined`. */
  static of<L extends string>(labels: Labels<L>): ContainerLabels<L> {
    // The type allows undefined values: an omitted label is the same as an undefined label.
    return new ContainerLabels(shareLabels({ ...withoutAbsent(labels) }) as Labels<L>);
  }

  /** Returns the label set that has one more label. Returns the same object for the same arguments. */
  with<M extends string>(label: M, value: string): ContainerLabels<L | M> {
    // A linear search, because it is faster than a map for a few entries. Measured with 1,000 containers.
    let extension = this.#extensions.find((entry) => entry.label === label && entry.value === value);
    if (extension === undefined) {
      if (this.#extensions.length >= MAX_EXTENSIONS) this.#extensions.length = 0;
      extension = { label, value, extended: new ContainerLabels(extendLabels(this.base, label, value)) };
      this.#extensions.push(extension);
    }
    // The extended set has the labels of this set and the new label.
    return extension.extended as ContainerLabels<L | M>;
  }
}

export function containerLabels({ id, name, image, namespace, pod, container }: ContainerLabelValues): ContainerLabels {
  return ContainerLabels.of({ id, name, image, namespace, pod, container });
}
