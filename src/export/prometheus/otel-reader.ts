import type { ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  InstrumentType,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Collector } from '../../collection/collector.ts';
import type { Pass } from '../../collection/pass.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import { toHrTime } from '../otel/hr-time.ts';
import { MetricViewFactory } from '../otel/metric-view.ts';
import { SCOPE } from '../otel/scope.ts';

export interface OtelReaderOptions {
  readonly collectors: readonly Collector[];
  readonly resource: Resource;
  readonly version: string;
  /** Returns the name of a family in the exposition. */
  readonly nameOf: (family: AnyFamily) => string;
}

/** State of the SDK while it collects the metrics of one pass. */
interface Collection {
  readonly pass: Pass;
  readonly produced: MetricData[];
  /** The position of each observable family in the exposition, by name. */
  readonly positions: ReadonlyMap<string, number>;
}

/**
 * Collects a pass through the OpenTelemetry SDK. Observable families are instruments with callbacks that read the pass. All
 * other families come from one producer. The meter provider has only one reader and no Views, because the SDK never releases
 * the state that it holds for each reader and each View.
 */
export class OtelReader {
  readonly #reader: DeltaGaugeReader;
  readonly #provider: MeterProvider;
  readonly #views: MetricViewFactory;
  readonly #scope: { readonly name: string; readonly version: string };
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #startTime = toHrTime(performance.timeOrigin / 1000);
  #lastCollection: Promise<unknown> = Promise.resolve();
  /** The running collection. The SDK passes no argument to callbacks and producers, so they read this property. */
  #current: Collection | undefined;

  constructor({ collectors, resource, version, nameOf }: OtelReaderOptions) {
    this.#nameOf = nameOf;
    this.#views = new MetricViewFactory(nameOf);
    this.#scope = { name: SCOPE, version };
    this.#reader = new DeltaGaugeReader({
      preventServerStart: true,
      metricProducers: [this.#createProducer(resource)],
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
   * Returns the metrics that the SDK has collected for a pass, in the order of the pass. Passes may overlap, but the SDK
   * collects one pass after the other, because it cannot hold the observations of two passes.
   */
  async collect(pass: Pass): Promise<ResourceMetrics> {
    const collection = this.#lastCollection.then(() => this.#collect(pass));
    const ended = (): void => undefined;
    this.#lastCollection = collection.then(ended, ended);
    const { resourceMetrics, errors } = await collection;
    if (errors.length > 0) throw new AggregateError(errors, 'Cannot collect from the OpenTelemetry SDK');
    return resourceMetrics;
  }

  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }

  async #collect(pass: Pass): Promise<CollectionResult> {
    const collection = this.#prepare(pass);
    this.#current = collection;
    try {
      const { resourceMetrics, errors } = await this.#reader.collect();
      return { resourceMetrics: inPageOrder(resourceMetrics, collection), errors };
    } finally {
      this.#current = undefined;
    }
  }

  #prepare(pass: Pass): Collection {
    // The SDK requires start times, but the text format does not contain them. This start time has no effect.
    const times = { start: this.#startTime, end: toHrTime(Date.now() / 1000) };
    const produced: MetricData[] = [];
    const positions = new Map<string, number>();
    for (const familySamples of pass.families) {
      const { family } = familySamples;
      if (family.route === 'observable') positions.set(this.#nameOf(family), produced.length + positions.size);
      else produced.push(...this.#views.create(familySamples, times));
    }
    return { pass, produced, positions };
  }

  #createProducer(resource: Resource): MetricProducer {
    return {
      collect: async (): Promise<CollectionResult> => {
        const { produced } = await this.#collection();
        return { resourceMetrics: { resource, scopeMetrics: [{ scope: this.#scope, metrics: produced }] }, errors: [] };
      },
    };
  }

  async #observe(result: ObservableResult, family: AnyFamily): Promise<void> {
    const { pass } = await this.#collection();
    for (const { samples } of pass.families.filter((candidate) => candidate.family === family)) {
      samples.forEach((value, { labels }) => {
        if (typeof value === 'number') result.observe(value, labels);
      });
    }
  }

  async #collection(): Promise<Collection> {
    if (this.#current === undefined) throw new Error('Cannot collect outside a pass');
    return this.#current;
  }
}

/**
 * Returns the collected metrics in the order of the exposition, in one scope. The SDK returns the metrics of instruments
 * first, then the metrics of producers.
 */
function inPageOrder({ resource, scopeMetrics }: ResourceMetrics, { positions }: Collection): ResourceMetrics {
  const observed = scopeMetrics.slice(0, -1).flatMap(({ metrics }) => metrics);
  return {
    resource,
    scopeMetrics: scopeMetrics.slice(-1).map(({ scope, metrics: produced }) => {
      const metrics = [...produced];
      for (const [name, position] of positions) {
        const metric = observed.find(({ descriptor }) => descriptor.name === name);
        if (metric !== undefined) metrics.splice(position, 0, metric);
      }
      return { scope, metrics };
    }),
  };
}

/**
 * The Prometheus reader of OpenTelemetry, with the temporality DELTA for observable gauges. With CUMULATIVE, the SDK exports
 * the last value of a label set for ever, even after its series has vanished. With DELTA, the SDK exports only the values of
 * the last collection.
 */
class DeltaGaugeReader extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    if (type === InstrumentType.OBSERVABLE_GAUGE) return AggregationTemporality.DELTA;
    return super.selectAggregationTemporality(type);
  }
}
