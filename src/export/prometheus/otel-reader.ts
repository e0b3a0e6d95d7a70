import type { ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  InstrumentType,
  MeterProvider,
  type MetricProducer,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Collector } from '../../collection/collector.ts';
import type { Pass } from '../../collection/pass.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import type { FamilySamples } from '../../metrics/samples.ts';
import { toHrTime } from '../otel/hr-time.ts';
import { type Times, toMetricData } from '../otel/metric-data.ts';
import { SCOPE } from '../otel/scope.ts';

export interface OtelReaderOptions {
  readonly collectors: readonly Collector[];
  readonly resource: Resource;
  readonly version: string;
  /** The name of a family on the page. */
  readonly nameOf: (family: AnyFamily) => string;
  /** Which families are asked of the SDK; the others are none of its business. */
  readonly isSaid: (reading: FamilySamples) => boolean;
}

/**
 * The way of a pass through the SDK: families on the observable route are instruments whose callbacks await the pass,
 * all others come from one producer as they are. The provider has this one reader and no Views: with either, the SDK
 * keeps what it never gives back.
 */
export class OtelReader {
  readonly #reader: GaugesForget;
  readonly #provider: MeterProvider;
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #isSaid: (reading: FamilySamples) => boolean;
  #last: Promise<unknown> = Promise.resolve();
  /** Which pass the running collection is for: the SDK hands nothing through to callbacks and producers. */
  #current: Pass | undefined;

  constructor({ collectors, resource, version, nameOf, isSaid }: OtelReaderOptions) {
    this.#nameOf = nameOf;
    this.#isSaid = isSaid;
    this.#reader = new GaugesForget({
      preventServerStart: true,
      metricProducers: [this.#createProducer(resource, version)],
    });
    this.#provider = new MeterProvider({ resource, readers: [this.#reader] });
    const meter = this.#provider.getMeter(SCOPE, version);
    for (const { families } of collectors) {
      for (const family of families.filter(({ route }) => route === 'observable')) {
        const instrument = meter.createObservableGauge(nameOf(family), { description: family.help });
        instrument.addCallback(async (result) => this.#observe(result, family));
      }
    }
  }

  /**
   * Collects what a pass has read. The SDK keeps what callbacks observed until the collection takes it, so
   * collections for different passes follow one another; the passes themselves do not.
   */
  async collect(pass: Pass): Promise<ResourceMetrics> {
    const collection = this.#last.then(() => this.#collect(pass));
    const ended = (): void => undefined;
    this.#last = collection.then(ended, ended);
    const { resourceMetrics, errors } = await collection;
    if (errors.length > 0) throw new AggregateError(errors, 'Cannot collect from the OpenTelemetry SDK');
    return resourceMetrics;
  }

  async #collect(pass: Pass): Promise<CollectionResult> {
    this.#current = pass;
    try {
      return await this.#reader.collect();
    } finally {
      this.#current = undefined;
    }
  }

  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }

  async #observe(result: ObservableResult, family: AnyFamily): Promise<void> {
    for (const reading of (await this.#pass()).families) {
      if (reading.family !== family) continue;
      reading.samples.forEach((value, labels) => {
        if (typeof value === 'number') result.observe(value, labels);
      });
    }
  }

  #createProducer(resource: Resource, version: string): MetricProducer {
    // Boot time would be truer for the kernel's counters; the text format has no place for it.
    const start = toHrTime(performance.timeOrigin / 1000);
    return {
      collect: async (): Promise<CollectionResult> => {
        const times: Times = { start, end: toHrTime(Date.now() / 1000) };
        const metrics = (await this.#pass()).families
          .filter((reading) => reading.family.route === 'producer' && this.#isSaid(reading))
          .map((reading) => toMetricData(reading, this.#nameOf(reading.family), times));
        return {
          resourceMetrics: { resource, scopeMetrics: [{ scope: { name: SCOPE, version }, metrics }] },
          errors: [],
        };
      },
    };
  }

  async #pass(): Promise<Pass> {
    if (this.#current === undefined) throw new Error('Cannot collect outside a pass');
    return this.#current;
  }
}

/**
 * The package's reader, but a gauge whose series is gone is gone: under cumulative temporality the SDK exports the last
 * value of a label set for ever. A gauge has no temporality on the wire.
 */
class GaugesForget extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    if (type === InstrumentType.OBSERVABLE_GAUGE) return AggregationTemporality.DELTA;
    return super.selectAggregationTemporality(type);
  }
}
