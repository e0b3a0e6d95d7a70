import type { AnyFamily, Sample } from '../metrics/metric.ts';

type LabelsList = readonly Sample['labels'][];

/** More lists of a collector are rarely those of the next family. */
const MAX_LISTS = 3;
/** Devices at the start of a list that lack a value, such as the speed of `lo`. */
const MAX_SKIPPED = 8;

/**
 * Remembers lists of labels without equal ones. A family whose label objects are those of such a list, in its order, has no
 * equal labels either; to see that takes a thirtieth of the time of a comparison by value.
 */
export class UniqueLabels {
  /** Of families whose label objects are the same in each pass. */
  readonly #ofLastPass = new WeakMap<AnyFamily, { readonly first: WeakRef<object>; labels: LabelsList | undefined }>();
  /** Of families that the running collector has emitted. */
  #ofCollector: LabelsList[] = [];

  /** Call this before the families of each collector. */
  startCollector(): void {
    this.#ofCollector = [];
  }

  /** Returns whether all labels are in a remembered list. */
  includes(family: AnyFamily, labels: LabelsList): boolean {
    if (labels.length <= 1 || this.#ofCollector.some((list) => isPartOf(labels, list))) return true;
    const last = this.#ofLastPass.get(family);
    if (last?.labels === undefined || !isPartOf(labels, last.labels)) return false;
    last.labels = labels;
    this.#rememberForCollector(labels);
    return true;
  }

  /** @param labels without equal ones */
  remember(family: AnyFamily, labels: LabelsList): void {
    this.#rememberForCollector(labels);
    const [first] = labels;
    if (first === undefined) return;
    // Labels that are new in each pass are not held until the next one.
    const areLasting = this.#ofLastPass.get(family)?.first.deref() === first;
    this.#ofLastPass.set(family, { first: new WeakRef(first), labels: areLasting ? labels : undefined });
  }

  #rememberForCollector(labels: LabelsList): void {
    this.#ofCollector.push(labels);
    if (this.#ofCollector.length > MAX_LISTS) this.#ofCollector.shift();
  }
}

/** Whether a list contains only objects of another list, in its order. */
function isPartOf(some: readonly object[], all: readonly object[]): boolean {
  if (some.length > all.length) return false;
  let position = 0;
  for (const object of some) {
    // The list of other devices differs from its start.
    const end = position === 0 ? Math.min(MAX_SKIPPED, all.length) : all.length;
    while (all[position] !== object) {
      position += 1;
      if (position >= end) return false;
    }
    position += 1;
  }
  return true;
}
