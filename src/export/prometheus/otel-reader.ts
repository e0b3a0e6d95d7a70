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
  /** Returns the name of a family on the page. */
  readonly nameOf: (family: AnyFamily) => string;
}

/** A pass on its way through the SDK. */
interface Collection {
  readonly pass: Pass;
  readonly produced: MetricData[];
  /** The position on the page of each observable family, by name. */
  readonly positions: ReadonlyMap<string, number>;
}

/**
 * Collects a pass through the OpenTelemetry SDK. Families on the observable route are instruments whose callbacks await
 * the pass, all others come from one producer. The provider has one reader and no Views: the SDK would keep state for
 * each further reader and each View, and never release it.
 */
export class OtelReader {
  readonly #reader: DeltaGaugeReader;
  readonly #provider: MeterProvider;
  readonly #views: MetricViewFactory;
  readonly #scope: { readonly name: string; readonly version: string };
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #startTime = toHrTime(performance.timeOrigin / 1000);
  #lastCollection: Promise<unknown> = Promise.resolve();
  /** The running collection: the SDK hands no argument through to callbacks and producers. */
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
   * Returns the metrics of a pass as the SDK has collected them, in the order of the pass. Collections for different
   * passes run one after the other, because the SDK stores what callbacks observe until the collection ends. The passes
   * themselves overlap.
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
    // The text format has no start times. For the kernel's counters the boot time would be right.
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
 * Returns the collected metrics in the order of the page, as one scope: the SDK returns those of instruments first,
 * then those of producers.
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
 * The package's reader, with another temporality for observable gauges. Under CUMULATIVE the SDK exports the last value
 * of a label set for ever, also after its series has vanished. Under DELTA it exports the values of the last collection
 * only.
 */
class DeltaGaugeReader extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    if (type === InstrumentType.OBSERVABLE_GAUGE) return AggregationTemporality.DELTA;
    return super.selectAggregationTemporality(type);
  }
}
