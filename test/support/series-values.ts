/** Values of the series in one scrape or push. A key has the form `type name{labels}`, with the Prometheus type. */
export type SeriesValues = ReadonlyMap<string, string>;

export function seriesKey(type: string, name: string, labels: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(labels)
    // In Prometheus, an empty label is equal to an absent label.
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${type} ${name}{${pairs.sort().join()}}`;
}

export interface Histogram {
  /** Pairs of an upper bound and a cumulative count. */
  readonly buckets: readonly (readonly [number, number])[];
  readonly sum: number;
  readonly count: number;
}

export function formatHistogram({ buckets, sum, count }: Histogram): string {
  return `count ${count} sum ${sum} ${buckets.map(([bound, count]) => `${bound}:${count}`).join(' ')}`;
}

/** Parses the text format of Prometheus. */
export function parsePage(page: string): SeriesValues {
  const values = new Map<string, string>();
  const histograms = new Map<string, { buckets: [number, number][]; sum: number; count: number }>();
  const types = new Map<string, string>();
  for (const line of page.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) types.set(typed, type);
    const [, name, labelText = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const { le, ...labels } = parseLabels(labelText);
    const [, base = '', part] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? [];
    if (types.get(base) !== 'histogram') {
      values.set(seriesKey(types.get(name) ?? '', name, { ...labels, le }), formatNumber(value ?? ''));
      continue;
    }
    const key = seriesKey('histogram', base, labels);
    const histogram = histograms.get(key) ?? { buckets: [], sum: 0, count: 0 };
    histograms.set(key, histogram);
    if (part !== 'bucket') histogram[part === 'sum' ? 'sum' : 'count'] = Number(value);
    else if (le !== '+Inf') histogram.buckets.push([Number(le), Number(value)]);
  }
  for (const [key, histogram] of histograms) values.set(key, formatHistogram(histogram));
  return values;
}

/** Converts a number to the format of JavaScript: `+Inf` becomes `Infinity`. */
function formatNumber(text: string): string {
  return String(Number(text.replace('Inf', 'Infinity')));
}

/** Parses the labels of a series without the braces: `device="sda",mode="idle"`. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  // JSON.parse() decodes the escape sequences of labels, because JSON has the same ones.
  return Object.fromEntries(Array.from(pairs, ([, label, value]) => [label, JSON.parse(`"${value}"`) as string]));
}
