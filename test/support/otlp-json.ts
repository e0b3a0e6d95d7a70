/**
 * Types for the part of OTLP/JSON that the Collector's file exporter writes about the metrics of the exporter. The JSON
 * mapping of protobuf omits zeros and encodes 64-bit integers as strings.
 *
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { formatHistogram, type SeriesValues, seriesKey } from './series-values.ts';

interface Attribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: string | number;
    readonly doubleValue?: number;
    readonly boolValue?: boolean;
  };
}

export interface Point {
  readonly attributes?: readonly Attribute[];
  /** Flags of the point. The value 1 (no recorded value) marks the end of a series. */
  readonly flags?: number;
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano?: string;
  readonly asDouble?: number | string;
  readonly asInt?: string;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

export interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: {
    readonly dataPoints: readonly Point[];
    readonly isMonotonic?: boolean;
    readonly aggregationTemporality: number;
  };
  readonly histogram?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number };
}

export interface ResourceMetrics {
  readonly resource: { readonly attributes?: readonly Attribute[] };
  readonly schemaUrl?: string;
  readonly scopeMetrics: readonly {
    readonly scope?: { readonly name?: string; readonly version?: string };
    readonly schemaUrl?: string;
    readonly metrics: readonly Metric[];
  }[];
}

const CUMULATIVE = 2;

/** Returns the attributes of a resource as texts. */
export function resourceOf({ resource }: ResourceMetrics): Readonly<Record<string, string | undefined>> {
  return attributesOf(resource.attributes);
}

/** Returns the value of each series. Points that mark the end of a series are left out. */
export function seriesValuesOf({ scopeMetrics }: ResourceMetrics): SeriesValues {
  const values = new Map<string, string>();
  for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    const { gauge, sum, histogram } = metric;
    for (const point of (gauge ?? sum ?? histogram)?.dataPoints ?? []) {
      if (point.flags === 1) continue;
      const key = seriesKey(typeOf(metric), metric.name, attributesOf(point.attributes));
      values.set(key, histogram === undefined ? numberOf(point) : bucketsOf(point));
    }
  }
  return values;
}

export function attributesOf(attributes: readonly Attribute[] = []): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => {
      const other = intValue ?? doubleValue ?? boolValue;
      return [key, stringValue ?? (other === undefined ? undefined : String(other))];
    }),
  );
}

/** Returns the Prometheus type of a metric; `non-monotonic sum` for a sum without one. */
export function typeOf({ name, gauge, sum, histogram }: Metric): string {
  if (gauge !== undefined) return 'gauge';
  const temporality = (sum ?? histogram)?.aggregationTemporality;
  if (temporality !== CUMULATIVE) throw new RangeError(`Expected cumulative temporality of ${name}`);
  if (histogram !== undefined) return 'histogram';
  return sum?.isMonotonic === true ? 'counter' : 'non-monotonic sum';
}

export function numberOf({ asDouble, asInt }: Point): string {
  return String(Number(asDouble ?? asInt ?? 0));
}

function bucketsOf({ bucketCounts = [], explicitBounds = [], sum = 0, count = '0' }: Point): string {
  let cumulativeCount = 0;
  const buckets = explicitBounds.map((bound, index): readonly [number, number] => {
    cumulativeCount += Number(bucketCounts[index] ?? 0);
    return [bound, cumulativeCount];
  });
  return formatHistogram({ buckets, sum, count: Number(count) });
}
