import type { MetricType } from './metric.ts';

/** Name of the first metric of the exposition. Its labels are the attributes of the resource. */
export const TARGET_INFO = 'target_info';

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: [''],
  updowncounter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['', '_bucket', '_sum', '_count'],
};

/** Returns all names that a family uses in the exposition: its own name and the names of its series. */
export function seriesNames(family: string, type: MetricType): readonly string[] {
  return SUFFIXES[type].map((suffix) => family + suffix);
}
