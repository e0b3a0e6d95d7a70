import type { MetricType } from './metric.ts';

/** Name of the first metric of the exposition. The labels of this metric are the attributes of the resource. */
export const TARGET_INFO = 'target_info';

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: [''],
  updowncounter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['', '_bucket', '_sum', '_count'],
};

/** Returns the name of a family, and the names that its series have in the exposition. */
export function seriesNames(family: string, type: MetricType): readonly string[] {
  return SUFFIXES[type].map((suffix) => family + suffix);
}
