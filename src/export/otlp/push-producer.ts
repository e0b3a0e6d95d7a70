import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, MetricCollectOptions, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Gatherer } from '../../collection/gatherer.ts';
import type { Pass } from '../../collection/pass.ts';
import type { BootTime } from '../../host/boot-time.ts';
import type { AnyFamily, Convention } from '../../metrics/metric.ts';
import { type FamilySamples, Samples } from '../../metrics/samples.ts';
import { toHrTime, UNKNOWN_TIME } from '../otel/hr-time.ts';
import { toMetricData } from '../otel/metric-data.ts';
import { withoutNameConflicts } from '../otel/name-conflicts.ts';
import { metricName, type Naming } from '../otel/naming.ts';
import { SCOPE } from '../otel/scope.ts';
import { SCHEMA_URL } from '../otel/semconv.ts';
import { writeBound } from '../prometheus/text-format.ts';

export interface PushProducerOptions {
  readonly gatherer: Pick<Gatherer, 'gather'>;
  readonly convention: Convention;
  readonly resource: Resource;
  readonly naming: Naming;
  readonly bootTime: Pick<BootTime, 'read'>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Milliseconds a pass may take. */
  readonly patienceMs: number;
  /** Told of each family of another program that is left out because its name is taken. */
  readonly onConflict: (name: string) => void;
}

/** A pass in the form of OpenTelemetry, made anew for each push: nothing of it goes through the instruments of the SDK. */
export class PushProducer implements MetricProducer {
  readonly #options: PushProducerOptions;
  #patienceMs: number;

  constructor(options: PushProducerOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs;
  }

  /** From now on a pass may take that long at most. */
  hurry(patienceMs: number): void {
    this.#patienceMs = Math.min(this.#patienceMs, patienceMs);
  }

  async collect({ timeoutMillis = Number.POSITIVE_INFINITY }: MetricCollectOptions = {}): Promise<CollectionResult> {
    const { gatherer, convention, resource, naming, now } = this.#options;
    // The time of the kernel's numbers: what a slow collector waits for comes later.
    const readAt = now();
    const deadline = performance.now() + Math.min(timeoutMillis, this.#patienceMs);
    const pass = await gatherer.gather({ convention, deadline });
    const schema = convention === 'semconv' ? { schemaUrl: SCHEMA_URL } : {};
    const scope = { name: SCOPE, version: naming.version, ...schema };
    return {
      resourceMetrics: { resource, scopeMetrics: [{ scope, metrics: this.#toMetrics(pass, readAt) }] },
      errors: [],
    };
  }

  #toMetrics(pass: Pass, readAt: number): MetricData[] {
    const { naming, bootTime, onConflict } = this.#options;
    const nameOf = (family: AnyFamily): string =>
      family.convention === 'prometheus' ? metricName(family, naming) : family.name;
    const { families } = withoutNameConflicts(pass, { nameOf, onConflict });
    const [booted, end] = [bootTime.read(), toHrTime(readAt)];
    const sinceBoot = { start: booted === undefined ? UNKNOWN_TIME : toHrTime(booted), end };
    const sinceWhenever = { start: UNKNOWN_TIME, end };
    return families.flatMap(withoutSummary).map((reading) =>
      // Since when another program counts it does not say.
      toMetricData(reading, nameOf(reading.family), reading.family.external ? sinceWhenever : sinceBoot),
    );
  }
}

/** The SDK has no summary: its series become gauges, under the names they have on the page. */
function withoutSummary(reading: FamilySamples): readonly FamilySamples[] {
  const { family, samples } = reading;
  if (family.type !== 'summary') return [reading];
  const [quantiles, sums, counts] = [new Samples(), new Samples(), new Samples()];
  samples.forEach((value, labels) => {
    if (typeof value === 'number' || !('quantiles' in value)) return;
    for (const [quantile, at] of value.quantiles) {
      quantiles.push(at, { ...labels, quantile: writeBound(quantile) });
    }
    sums.push(value.sum, labels);
    counts.push(value.count, labels);
  });
  return [
    { family: { ...family, type: 'gauge' }, samples: quantiles },
    { family: { ...family, type: 'gauge', name: `${family.name}_sum` }, samples: sums },
    { family: { ...family, type: 'gauge', name: `${family.name}_count` }, samples: counts },
  ];
}
