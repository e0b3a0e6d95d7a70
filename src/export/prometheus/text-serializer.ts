import type { Resource } from '@opentelemetry/resources';
import {
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { TARGET_INFO } from '../../metrics/series-names.ts';
import { joinLabelValues, toLabelNamePart } from '../../metrics/valid-names.ts';
import { memoizeLast } from '../../util/memoize.ts';
import { formatBound } from '../otel/format-number.ts';
import { isMetricView } from '../otel/metric-view.ts';
import type { TextBuffer } from './text-buffer.ts';
import { encodeLabels, formatHead, formatLabel, SeriesWriter } from './text-format.ts';

export interface TextSerializerOptions {
  /** True if every series has labels with the name and version of its instrumentation scope. */
  readonly scopeInfo: boolean;
  /** True if the exposition starts with the metric `target_info`, which contains the resource. */
  readonly targetInfo: boolean;
}

/** Encoded texts of a metric, which are the same in every scrape. */
interface MetricText {
  readonly head: Uint8Array;
  readonly name: Uint8Array;
}

/**
 * A histogram with a cumulative count for each bound. In OpenTelemetry, a histogram of values that may be negative can lack
 * the sum.
 */
interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number | undefined;
  readonly count: number;
}

/**
 * Writes collected metrics in the Prometheus text format. It writes the same series, values, HELP and TYPE as the
 * `PrometheusSerializer` of OpenTelemetry, with these differences:
 *
 * - Names of metrics are written as they are declared. The `PrometheusSerializer` replaces colons and repeated underscores,
 *   and appends `_total` to counters.
 * - An external family has the TYPE that its program declares, even `summary` or `untyped`.
 * - Buckets come before `_sum` and `_count`, and their bounds are formatted as in Go: `1e+06` for 1000000.
 * - There are no UNIT comments, which the text format does not have, and an empty exposition has no comment.
 * - Resource attributes whose names differ only in replaced characters share one label, as OpenTelemetry specifies. The
 *   `PrometheusSerializer` repeats the label, and Prometheus then rejects the scrape.
 *
 * This class reads samples without creating data points, and takes a tenth of the time of the `PrometheusSerializer`
 * (*measured*: 0.15 to 0.3 µs per series instead of 2 to 4 µs).
 */
export class TextSerializer {
  readonly #options: TextSerializerOptions;
  readonly #texts = new WeakMap<MetricDescriptor, MetricText>();
  readonly #targetInfoOf = memoizeLast((resource: Resource) => Buffer.from(formatTargetInfo(resource)));

  constructor(options: TextSerializerOptions) {
    this.#options = options;
  }

  write(buffer: TextBuffer, { resource, scopeMetrics }: ResourceMetrics): void {
    if (this.#options.targetInfo) buffer.copy(this.#targetInfoOf(resource));
    for (const { scope, metrics } of scopeMetrics) {
      const scopeLabels = this.#options.scopeInfo ? new ScopeLabels(scope) : undefined;
      for (const metric of metrics) this.#writeMetric(buffer, metric, scopeLabels);
    }
  }

  #writeMetric(buffer: TextBuffer, metric: MetricData, scope: ScopeLabels | undefined): void {
    const { head, name } = this.#textOf(metric);
    buffer.copy(head);
    const series = new SeriesWriter(buffer, name);
    const scopeLabelsOf = (labels: string): string => scope?.textBeside(labels) ?? '';
    const writeHistogram = (labels: string, value: Buckets): void =>
      writeBuckets(buffer, metric.descriptor.name, { labels, value, scopeLabels: scopeLabelsOf(labels) });
    if (isMetricView(metric)) {
      metric.samples.forEach((value, set) => {
        set.text ??= encodeLabels(set.labels);
        if (typeof value === 'number')
          series.write(set.text, value, scope === undefined ? '' : scope.textBeside(set.text));
        else if ('bounds' in value) writeHistogram(set.text, value);
      });
      return;
    }
    switch (metric.dataPointType) {
      case DataPointType.SUM:
      case DataPointType.GAUGE:
        for (const { attributes, value } of metric.dataPoints) {
          const labels = encodeLabels(attributes);
          series.write(labels, value, scopeLabelsOf(labels));
        }
        break;
      case DataPointType.HISTOGRAM:
        for (const { attributes, value } of metric.dataPoints) {
          writeHistogram(encodeLabels(attributes), toBuckets(value));
        }
        break;
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        throw new TypeError(`Cannot write ${metric.descriptor.name}: the text format has no exponential histograms`);
    }
  }

  #textOf(metric: MetricData): MetricText {
    let text = this.#texts.get(metric.descriptor);
    if (text === undefined) {
      const { name, description } = metric.descriptor;
      const type = prometheusType(metric);
      text = {
        head: Buffer.from(type === undefined ? '' : formatHead(name, description, type)),
        name: Buffer.from(name),
      };
      this.#texts.set(metric.descriptor, text);
    }
    return text;
  }
}

/**
 * Returns the TYPE of a metric; `undefined` for the series `_sum` and `_count` of a summary, which need no HELP and TYPE
 * lines.
 */
function prometheusType(metric: MetricData): string | undefined {
  if (isMetricView(metric)) return metric.prometheusType === 'updowncounter' ? 'gauge' : metric.prometheusType;
  if (metric.dataPointType === DataPointType.HISTOGRAM) return 'histogram';
  return metric.dataPointType === DataPointType.SUM && metric.isMonotonic ? 'counter' : 'gauge';
}

interface LabelledBuckets {
  readonly labels: string;
  readonly value: Buckets;
  readonly scopeLabels: string;
}

function writeBuckets(buffer: TextBuffer, name: string, { labels, value, scopeLabels }: LabelledBuckets): void {
  const series = (suffix: string): SeriesWriter => new SeriesWriter(buffer, Buffer.from(name + suffix));
  const buckets = series('_bucket');
  const separator = scopeLabels === '' ? '' : ',';
  for (const [bound, upTo] of withInfinity(value)) {
    buckets.write(labels, upTo, `${scopeLabels}${separator}${formatLabel('le', formatBound(bound))}`);
  }
  if (value.sum !== undefined) series('_sum').write(labels, value.sum, scopeLabels);
  series('_count').write(labels, value.count, scopeLabels);
}

/** Returns the buckets, and adds the bucket for +Inf if the histogram lacks it. */
function withInfinity({ bounds, counts, count }: Buckets): readonly (readonly [bound: number, upTo: number])[] {
  const buckets = bounds.map((bound, index) => [bound, counts[index] ?? 0] as const);
  const hasInfinity = bounds.at(-1) === Number.POSITIVE_INFINITY;
  return hasInfinity ? buckets : [...buckets, [Number.POSITIVE_INFINITY, count]];
}

function toBuckets({ buckets: { boundaries, counts }, sum, count }: Histogram): Buckets {
  let upTo = 0;
  const cumulative = boundaries.map((_bound, index) => {
    upTo += counts[index] ?? 0;
    return upTo;
  });
  return { bounds: boundaries, counts: cumulative, sum, count };
}

/**
 * The labels of an instrumentation scope.
 *
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#instrumentation-scope-1
 */
class ScopeLabels {
  readonly #labels: readonly (readonly [name: string, text: string])[];
  readonly #text: string;

  constructor({ name, version, schemaUrl }: ScopeMetrics['scope']) {
    const labels = { otel_scope_name: name, otel_scope_schema_url: schemaUrl, otel_scope_version: version };
    this.#labels = Object.entries(labels).flatMap(([label, value]) =>
      value ? [[label, formatLabel(label, value)] as const] : [],
    );
    this.#text = this.#labels.map(([, text]) => text).join();
  }

  /**
   * Returns the labels of the scope in the text format. Leaves out labels that the series already has, because another
   * program has written them.
   *
   * @param labels the labels of the series, in the text format
   */
  textBeside(labels: string): string {
    if (!labels.includes('otel_scope_')) return this.#text;
    const missing = this.#labels.filter(([name]) => !labels.includes(`{${name}="`) && !labels.includes(`,${name}="`));
    return missing.map(([, text]) => text).join();
  }
}

/**
 * Formats the metric `target_info`, whose labels are the resource attributes.
 *
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1
 */
function formatTargetInfo({ attributes }: Resource): string {
  const byLabel = Map.groupBy(Object.entries(attributes), ([key]) => toLabelName(key));
  const labels = Array.from(byLabel, ([label, entries]) => formatLabel(label, joinValues(entries))).join();
  const series = labels === '' ? TARGET_INFO : `${TARGET_INFO}{${labels}}`;
  return `${formatHead(TARGET_INFO, 'Target metadata', 'gauge')}${series} 1\n`;
}

/** Returns the label of an attribute. A label name cannot start with a digit: `2nd.owner` becomes `key_2nd_owner`. */
function toLabelName(attribute: string): string {
  const name = toLabelNamePart(attribute).replaceAll(/_{2,}/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}

/** Returns the value of a label. Attributes that share the label are joined. */
function joinValues(entries: readonly (readonly [key: string, value: unknown])[]): unknown {
  const [first] = entries;
  if (entries.length === 1) return first?.[1];
  return joinLabelValues(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]),
  );
}
