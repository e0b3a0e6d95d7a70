/**
 * What one scrape says, whichever way it came: values by `type name{labels}`. So two readings with the same keys agree
 * in every name, type and label.
 */
export type Readings = ReadonlyMap<string, string>;

export function seriesKey(type: string, name: string, labels: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(labels)
    // To Prometheus an empty label is no label.
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${type} ${name}{${pairs.sort().join()}}`;
}

export interface Histogram {
  /** Bound and how many were at or below it. */
  readonly buckets: readonly (readonly [number, number])[];
  readonly sum: number;
  readonly count: number;
}

export function showHistogram({ buckets, sum, count }: Histogram): string {
  return `count ${count} sum ${sum} ${buckets.map(([bound, upTo]) => `${bound}:${upTo}`).join(' ')}`;
}

/** What a page in the Prometheus text format says. */
export function readPage(page: string): Readings {
  const readings = new Map<string, string>();
  const histograms = new Map<string, { buckets: [number, number][]; sum: number; count: number }>();
  const types = new Map<string, string>();
  for (const line of page.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) types.set(typed, type);
    const [, name, written = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const { le, ...labels } = readLabels(written);
    const [, base = '', part] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? [];
    if (types.get(base) !== 'histogram') {
      readings.set(seriesKey(types.get(name) ?? '', name, { ...labels, le }), showNumber(value ?? ''));
      continue;
    }
    const key = seriesKey('histogram', base, labels);
    const histogram = histograms.get(key) ?? { buckets: [], sum: 0, count: 0 };
    histograms.set(key, histogram);
    if (part !== 'bucket') histogram[part === 'sum' ? 'sum' : 'count'] = Number(value);
    else if (le !== '+Inf') histogram.buckets.push([Number(le), Number(value)]);
  }
  for (const [key, histogram] of histograms) readings.set(key, showHistogram(histogram));
  return readings;
}

/** An infinity as JSON has it. */
function showNumber(written: string): string {
  return String(Number(written.replace('Inf', 'Infinity')));
}

export function readLabels(written: string): Readonly<Record<string, string>> {
  const pairs = written.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  // Labels escape what JSON escapes.
  return Object.fromEntries(Array.from(pairs, ([, label, value]) => [label, JSON.parse(`"${value}"`) as string]));
}
