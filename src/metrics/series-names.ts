import type { MetricType } from './metric.ts';

/** Name of the first metric of a page. Its labels are the attributes of the resource. */
export const TARGET_INFO = 'target_info';

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: [''],
  updowncounter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['', '_bucket', '_sum', '_count'],
};

/** Returns the names of a family's series on the page, and the name of the family itself. */
export function seriesNames(family: string, type: MetricType): readonly string[] {
  return SUFFIXES[type].map((suffix) => family + suffix);
}
