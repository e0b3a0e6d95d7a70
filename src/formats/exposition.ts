import type { HistogramValue, MetricType, SummaryValue } from '../metrics/metric.ts';
import { quote } from '../parse/lines.ts';
import type { ReportProblem } from '../parse/rows.ts';
import type { Steps } from '../util/slices.ts';
import { isTypeLine, nameIn, parseComment, parseGoFloat, parseSample } from './exposition-line.ts';

/** A family in an exposition text. The series are in the order of the text. */
export interface ExpositionFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | undefined;
  readonly series: readonly ExpositionSeries[];
}

export interface ExpositionSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | HistogramValue | SummaryValue;
}

/**
 * Parses Prometheus' text format 0.0.4 without timestamps: `http_requests_total{method="post",code="200"} 1027`. Accepts and
 * rejects the same lines as Prometheus' parser in Go.
 *
 * A bad line is reported and left out, as is a last line without a newline, which may be incomplete. The whole family is
 * left out if its type is bad, or if the line belongs to a histogram or summary, whose samples have a meaning only together.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * The work has one step for each line and each series.
 *
 * @param report called with each bad line
 */
export function* parseExposition(text: string, report: ReportProblem): Steps<readonly ExpositionFamily[]> {
  const families = new FamilyTable();
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    if (end - start > MAX_LINE_LENGTH) {
      const shown = quote(text.slice(start, start + MAX_LINE_LENGTH));
      report(new SyntaxError(`expected a line of at most ${MAX_LINE_LENGTH} characters, got ${shown}`));
    } else {
      const line = text.slice(start, end).replace(BLANKS, '');
      if (line !== '') parseLine(families, line, report);
    }
    start = end + 1;
    yield;
  }
  const last = text.slice(start).replace(BLANKS, '');
  if (last !== '') {
    report(new SyntaxError(`expected a newline after ${quote(last)}`));
    families.leaveOut(last);
  }
  return yield* families.build();
}

/** Maximum length of a line. A line with 30,000 labels takes 0.3 s. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Blanks at the start of a line. */
const BLANKS = /^[ \t]+/;

function parseLine(families: FamilyTable, line: string, report: ReportProblem): void {
  try {
    if (line.startsWith('#')) families.addComment(line);
    else families.addSample(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(error);
    families.leaveOut(line);
  }
}

class FamilyTable {
  readonly #byName = new Map<string, FamilyBuilder>();

  addComment(line: string): void {
    const comment = parseComment(line);
    if (comment === undefined) return;
    const family = this.#find(comment.name);
    if (comment.help !== undefined) family.setHelp(comment.help, line);
    if (comment.type !== undefined) family.setType(comment.type, line);
  }

  addSample(line: string): void {
    const { name, labels, value } = parseSample(line);
    this.#find(name).add(name, labels, value);
  }

  /** Leaves out the family of a bad line if the family is incomplete without the line. */
  leaveOut(line: string): void {
    const name = nameIn(line);
    if (name === undefined) return;
    const family = this.#find(name);
    const isTypeUnknown = isTypeLine(line) && family.type === undefined;
    const isPart = !line.startsWith('#') && (family.type === 'histogram' || family.type === 'summary');
    if (isTypeUnknown || isPart) family.isComplete = false;
  }

  /** Returns the complete families that have series. */
  *build(): Steps<readonly ExpositionFamily[]> {
    const complete: ExpositionFamily[] = [];
    for (const family of this.#byName.values()) {
      if (!family.isEmpty && family.isComplete) complete.push(yield* family.build());
      yield;
    }
    return complete;
  }

  /** Returns the family of a sample or comment. `x_count` belongs to the family `x` if `x` is a summary or histogram. */
  #find(name: string): FamilyBuilder {
    const existing = this.#byName.get(name) ?? this.#findBySuffix(name);
    if (existing !== undefined) return existing;
    const family = new FamilyBuilder(name);
    this.#byName.set(name, family);
    return family;
  }

  #findBySuffix(name: string): FamilyBuilder | undefined {
    for (const [type, suffix] of SUFFIXES) {
      const family = name.endsWith(suffix) ? this.#byName.get(name.slice(0, -suffix.length)) : undefined;
      if (family?.type === type) return family;
    }
    return undefined;
  }
}

const SUFFIXES = [
  ['summary', '_sum'],
  ['summary', '_count'],
  ['histogram', '_sum'],
  ['histogram', '_count'],
  ['histogram', '_bucket'],
] as const;

/** A series whose samples have not all been parsed yet. */
interface SeriesBuilder {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  sum: number;
  count: number;
  /** Values by quantile or upper bound. If a quantile or bound occurs twice, its last value replaces the first. */
  readonly steps: Map<number, number>;
}

class FamilyBuilder {
  readonly #name: string;
  readonly #series: SeriesBuilder[] = [];
  /** Series of a summary or histogram. The key contains all labels except `quantile` and `le`. */
  readonly #byLabels = new Map<string, SeriesBuilder>();
  #type: MetricType | undefined;
  #help: string | undefined;
  /** False if a line that the family needs was left out. */
  isComplete = true;

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
    const stepLabel = STEP_LABELS[this.#type];
    if (stepLabel === undefined) {
      this.#series.push({ labels, value, sum: 0, count: 0, steps: new Map() });
      return;
    }
    const { [stepLabel]: step, ...seriesLabels } = labels;
    const series = this.#seriesOf(seriesLabels);
    if (name === `${this.#name}_count`) series.count = value;
    else if (name === `${this.#name}_sum`) series.sum = value;
    else if (step !== undefined) series.steps.set(parseStep(step), value);
  }

  *build(): Steps<ExpositionFamily> {
    const type = this.#type ?? 'untyped';
    const series: ExpositionSeries[] = [];
    for (const each of this.#series) {
      series.push({ labels: each.labels, value: toValue(type, each) });
      yield;
    }
    return { name: this.#name, type, help: this.#help, series };
  }

  #seriesOf(labels: Readonly<Record<string, string>>): SeriesBuilder {
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

/** For each metric type, the label that distinguishes the quantiles of one summary or the buckets of one histogram. */
const STEP_LABELS: Partial<Readonly<Record<MetricType, string>>> = { summary: 'quantile', histogram: 'le' };

function parseStep(text: string): number {
  const step = parseGoFloat(text);
  if (step === undefined) throw new SyntaxError(`expected a number, got ${quote(text)} in a quantile or bound`);
  return step;
}

function toValue(
  type: MetricType,
  { value, sum, count, steps }: SeriesBuilder,
): number | HistogramValue | SummaryValue {
  const ascending = [...steps].filter(([step]) => !Number.isNaN(step)).sort(([one], [other]) => one - other);
  switch (type) {
    case 'summary':
      return { quantiles: ascending, sum, count };
    case 'histogram':
      return {
        bounds: ascending.map(([bound]) => bound),
        counts: ascending.map(([, cumulative]) => cumulative),
        sum,
        count,
      };
    default:
      return value;
  }
}
