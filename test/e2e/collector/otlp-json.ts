/**
 * OTLP in JSON, as far as the Collector's file exporter writes it for us: protobuf's JSON, where a zero is left out and
 * a 64-bit integer is a string. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { type Readings, seriesKey, showHistogram } from './readings.ts';

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
  /** 1: the series is gone, and this is no value. */
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

export function resourceOf({ resource }: ResourceMetrics): Readonly<Record<string, string | undefined>> {
  return attributesOf(resource.attributes);
}

export function readingsOf({ scopeMetrics }: ResourceMetrics): Readings {
  const readings = new Map<string, string>();
  for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    const { gauge, sum, histogram } = metric;
    for (const point of (gauge ?? sum ?? histogram)?.dataPoints ?? []) {
      if (point.flags === 1) continue;
      const key = seriesKey(typeOf(metric), metric.name, attributesOf(point.attributes));
      readings.set(key, histogram === undefined ? numberOf(point) : bucketsOf(point));
    }
  }
  return readings;
}

export function attributesOf(attributes: readonly Attribute[] = []): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => {
      const other = intValue ?? doubleValue ?? boolValue;
      return [key, stringValue ?? (other === undefined ? undefined : String(other))];
    }),
  );
}

/** In the words of Prometheus. */
export function typeOf({ name, gauge, sum, histogram }: Metric): string {
  if (gauge !== undefined) return 'gauge';
  const temporality = (sum ?? histogram)?.aggregationTemporality;
  if (temporality !== CUMULATIVE) throw new RangeError(`${name} is not cumulative`);
  if (histogram !== undefined) return 'histogram';
  return sum?.isMonotonic === true ? 'counter' : 'sum that may fall';
}

export function numberOf({ asDouble, asInt }: Point): string {
  return String(Number(asDouble ?? asInt ?? 0));
}

function bucketsOf({ bucketCounts = [], explicitBounds = [], sum = 0, count = '0' }: Point): string {
  let upTo = 0;
  const buckets = explicitBounds.map((bound, index): readonly [number, number] => {
    upTo += Number(bucketCounts[index] ?? 0);
    return [bound, upTo];
  });
  return showHistogram({ buckets, sum, count: Number(count) });
}
