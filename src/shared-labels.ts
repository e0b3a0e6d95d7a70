import type { Sample } from './metric.ts';

type Labels = Sample['labels'];

/** Where the text of labels stands in the page that was written last with them. */
export interface Span {
  /** Its number; none has 0. */
  page: number;
  start: number;
  length: number;
}

const SPAN = Symbol('span');

/**
 * For labels that many series have, or that come in every pass: their text is made once for each page. A map would find it as
 * well, but one that lasts holds what is gone, and one for each page is megabytes of it.
 *
 * @returns the same object, frozen
 */
export function share<L extends Labels>(labels: L): L {
  return Object.freeze(Object.defineProperty(labels, SPAN, { value: { page: 0, start: 0, length: 0 } }));
}

/** Of labels that are shared; `undefined` for others. */
export function spanOf(labels: Readonly<Record<string, unknown>> & { readonly [SPAN]?: Span }): Span | undefined {
  return labels[SPAN];
}
