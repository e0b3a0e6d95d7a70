import type { MetricType } from './metric.ts';

/** Written on every page before all else, from the resource. */
export const TARGET_INFO = 'target_info';

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: [''],
  updowncounter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['', '_bucket', '_sum', '_count'],
};

/** The names that the series of a family have on the page, its own among them. */
export function seriesNames(family: string, type: MetricType): readonly string[] {
  return SUFFIXES[type].map((suffix) => family + suffix);
}
