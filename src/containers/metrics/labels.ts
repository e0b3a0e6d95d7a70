import type { Labels } from '../../metrics/metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

type ContainerLabel = (typeof CONTAINER_LABELS)[number];
type ContainerLabelValues = Partial<Labels<ContainerLabel>> & { readonly id: string };

/** The labels of one container's series. */
export class ContainerLabels<L extends string = ContainerLabel> {
  readonly base: Labels<L>;

  private constructor(base: Labels<L>) {
    this.base = base;
  }

  /** Leaves out undefined labels, so that fewer labels are compared in each pass. */
  static of<L extends string>(labels: Labels<L>): ContainerLabels<L> {
    const present = Object.entries(labels).filter(([, value]) => value !== undefined);
    // A label that is left out equals one that is undefined.
    return new ContainerLabels(Object.fromEntries(present) as Labels<L>);
  }

  /** Returns the labels with one more label. */
  with<M extends string>(label: M, value: string): ContainerLabels<L | M> {
    // The object has the labels of both types, which the type of a computed key does not express.
    return new ContainerLabels({ ...this.base, [label]: value } as Labels<L | M>);
  }
}

/** Returns the labels that all series of a container have. */
export function containerLabels({ id, name, image, namespace, pod, container }: ContainerLabelValues): ContainerLabels {
  return ContainerLabels.of({ id, name, image, namespace, pod, container });
}
