import type { Attributes, AttributeValue, Sample } from './metric.ts';

type SampleLabels = Sample['labels'];

/** Where the text of labels stands in the page that was written last with them. */
export interface TextRange {
  /** Its number; none has 0. */
  page: number;
  start: number;
  length: number;
  readonly extended: Extended | undefined;
}

/** Labels that are others and one more: their text is begun with that of the others. */
interface Extended {
  readonly others: TextRange;
  readonly label: string;
}

const SPAN = Symbol('span');

/**
 * For labels that many series have, or that come in every pass: their text is made once for each page. A map would find it as
 * well, but one that lasts holds what is gone, and one for each page is megabytes of it.
 *
 * @returns the same object, frozen
 */
export function shareLabels<L extends SampleLabels>(labels: L): L {
  return withSpan(labels);
}

/** Shares labels that are shared ones and one more. */
export function extendLabels<V extends AttributeValue>(
  labels: Readonly<Record<string, V | undefined>>,
  label: string,
  value: V,
): Readonly<Record<string, V>> {
  const others = Object.hasOwn(labels, label) ? undefined : textRangeOf(labels);
  // Of shared labels none is absent.
  const all = { ...labels, [label]: value } as Readonly<Record<string, V>>;
  return withSpan(all, others && { others, label });
}

/** Of labels that are shared; `undefined` for others. */
export function textRangeOf(
  labels: Readonly<Record<string, unknown>> & { readonly [SPAN]?: TextRange },
): TextRange | undefined {
  return labels[SPAN];
}

function withSpan<L extends SampleLabels>(labels: L, extended?: Extended): L {
  const span: TextRange = { page: 0, start: 0, length: 0, extended };
  return Object.freeze(Object.defineProperty(labels, SPAN, { value: span }));
}

/** Most samples have all their labels, and then none is copied; those that are shared have all. */
export function withoutAbsent(labels: Attributes): Sample['labels'] {
  if (textRangeOf(labels) !== undefined) return labels as Sample['labels'];
  for (const name in labels) {
    if (labels[name] === undefined) return Object.fromEntries(Object.entries(labels).filter(hasValue));
  }
  // No label is undefined: the loop has seen them all.
  return labels as Sample['labels'];
}

function hasValue(entry: [string, AttributeValue | undefined]): entry is [string, AttributeValue] {
  return entry[1] !== undefined;
}
