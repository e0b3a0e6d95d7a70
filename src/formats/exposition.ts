import type { HistogramValue, MetricType, SummaryValue } from '../metrics/metric.ts';
import { quote } from '../parse/lines.ts';
import { readComment, readFloat, readSample } from './exposition-line.ts';

/** One family of a file, with its series in the order of the file. */
export interface ExposedFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | undefined;
  readonly series: readonly ExposedSeries[];
}

export interface ExposedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | HistogramValue | SummaryValue;
}

/**
 * Prometheus' text format 0.0.4 without timestamps, as Prometheus' own Go parser takes it:
 * `http_requests_total{method="post",code="200"} 1027`. A file with one bad line is refused whole: the rest of what
 * was written half is no truth either.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): readonly ExposedFamily[] {
  const families = new Families();
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  if (/[^ \t]/.test(last)) throw new SyntaxError(`expected a newline after ${quote(last)}`);
  for (const line of lines) {
    const start = line.replace(/^[ \t]+/, '');
    if (start.startsWith('#')) families.describe(start);
    else if (start !== '') families.add(start);
  }
  return families.all;
}

class Families {
  readonly #byName = new Map<string, FamilyInProgress>();

  get all(): readonly ExposedFamily[] {
    return [...this.#byName.values()].filter(({ isEmpty }) => !isEmpty).map((family) => family.finish());
  }

  describe(line: string): void {
    const comment = readComment(line);
    if (comment === undefined) return;
    const family = this.#find(comment.name);
    if (comment.help !== undefined) family.setHelp(comment.help, line);
    if (comment.type !== undefined) family.setType(comment.type, line);
  }

  add(line: string): void {
    const { name, labels, value } = readSample(line);
    const family = this.#find(name);
    family.add(name, labels, value);
  }

  /** `x_count` is a part of the summary or histogram `x`, when there is one. */
  #find(name: string): FamilyInProgress {
    const own = this.#byName.get(name);
    if (own !== undefined) return own;
    for (const [type, suffix] of PARTS) {
      const whole = name.endsWith(suffix) ? this.#byName.get(name.slice(0, -suffix.length)) : undefined;
      if (whole?.type === type) return whole;
    }
    const family = new FamilyInProgress(name);
    this.#byName.set(name, family);
    return family;
  }
}

const PARTS = [
  ['summary', '_sum'],
  ['summary', '_count'],
  ['histogram', '_sum'],
  ['histogram', '_count'],
  ['histogram', '_bucket'],
] as const;

/** What has been read of one series: a number, or the parts of a summary or histogram. */
interface SeriesInProgress {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  sum: number;
  count: number;
  /** By quantile or upper bound; the last of two equal ones holds. */
  readonly steps: Map<number, number>;
}

class FamilyInProgress {
  readonly #name: string;
  readonly #series: SeriesInProgress[] = [];
  /** The series of a summary or histogram, by their labels. */
  readonly #byLabels = new Map<string, SeriesInProgress>();
  #type: MetricType | undefined;
  #help: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get type(): MetricType | undefined {
    return this.#type;
  }

  get isEmpty(): boolean {
    return this.#series.length === 0;
  }

  setHelp(help: string, line: string): void {
    if (this.#help !== undefined) throw new SyntaxError(`unexpected second help in ${quote(line)}`);
    this.#help = help;
  }

  setType(type: MetricType, line: string): void {
    if (this.#type !== undefined) throw new SyntaxError(`unexpected second or late type in ${quote(line)}`);
    this.#type = type;
  }

  add(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    this.#type ??= 'untyped';
    const step = STEP_LABELS[this.#type];
    if (step === undefined) {
      this.#series.push({ labels, value, sum: 0, count: 0, steps: new Map() });
      return;
    }
    const { [step]: at, ...own } = labels;
    const series = this.#seriesOf(own);
    if (name === `${this.#name}_count`) series.count = value;
    else if (name === `${this.#name}_sum`) series.sum = value;
    else if (at !== undefined) series.steps.set(readStep(at), value);
  }

  finish(): ExposedFamily {
    const type = this.#type ?? 'untyped';
    const series = this.#series.map((each) => ({ labels: each.labels, value: toValue(type, each) }));
    return { name: this.#name, type, help: this.#help, series };
  }

  #seriesOf(labels: Readonly<Record<string, string>>): SeriesInProgress {
    const key = JSON.stringify(Object.entries(labels).sort());
    let series = this.#byLabels.get(key);
    if (series === undefined) {
      series = { labels, value: 0, sum: 0, count: 0, steps: new Map() };
      this.#byLabels.set(key, series);
      this.#series.push(series);
    }
    return series;
  }
}

/** The label that tells apart the parts of one series. */
const STEP_LABELS: Partial<Readonly<Record<MetricType, string>>> = { summary: 'quantile', histogram: 'le' };

function readStep(text: string): number {
  const step = readFloat(text);
  if (step === undefined) throw new SyntaxError(`expected a number, got ${quote(text)} in a quantile or bound`);
  return step;
}

function toValue(
  type: MetricType,
  { value, sum, count, steps }: SeriesInProgress,
): number | HistogramValue | SummaryValue {
  const ascending = [...steps].filter(([at]) => !Number.isNaN(at)).sort(([one], [other]) => one - other);
  switch (type) {
    case 'summary':
      return { quantiles: ascending, sum, count };
    case 'histogram':
      return { bounds: ascending.map(([bound]) => bound), counts: ascending.map(([, upTo]) => upTo), sum, count };
    default:
      return value;
  }
}
