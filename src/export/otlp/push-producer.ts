import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, MetricCollectOptions, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Gatherer } from '../../collection/gatherer.ts';
import type { Pass } from '../../collection/pass.ts';
import type { BootTime } from '../../host/boot-time.ts';
import type { Convention } from '../../metrics/metric.ts';
import { toHrTime, UNKNOWN_TIME } from '../otel/hr-time.ts';
import { MetricViewFactory } from '../otel/metric-view.ts';
import { metricName, type Naming } from '../otel/naming.ts';
import { SCOPE } from '../otel/scope.ts';
import { SCHEMA_URL } from '../otel/semconv.ts';

export interface PushProducerOptions {
  readonly gatherer: Pick<Gatherer, 'gather'>;
  readonly convention: Convention;
  readonly resource: Resource;
  readonly naming: Naming;
  readonly bootTime: Pick<BootTime, 'read'>;
  /** Returns the Unix time in seconds. */
  readonly now: () => number;
  /** Maximum duration of one run of the collectors, in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs a pass for each push, and hands its families directly to the SDK. The SDK needs no instruments for them. */
export class PushProducer implements MetricProducer {
  readonly #options: PushProducerOptions;
  readonly #views: MetricViewFactory;
  #timeoutMs: number;

  constructor(options: PushProducerOptions) {
    this.#options = options;
    this.#views = new MetricViewFactory((family) =>
      family.convention === 'prometheus' ? metricName(family, options.naming) : family.name,
    );
    this.#timeoutMs = options.timeoutMs;
  }

  /** Reduces the maximum duration of later passes. */
  shortenDeadline(timeoutMs: number): void {
    this.#timeoutMs = Math.min(this.#timeoutMs, timeoutMs);
  }

  async collect({ timeoutMillis = Number.POSITIVE_INFINITY }: MetricCollectOptions = {}): Promise<CollectionResult> {
    const { gatherer, convention, resource, naming, now } = this.#options;
    // Most collectors read the values of the kernel at the start of the pass, so this is the time of all samples.
    const readAt = now();
    const deadline = performance.now() + Math.min(timeoutMillis, this.#timeoutMs);
    const pass = await gatherer.gather({ convention, deadline });
    const schema = convention === 'semconv' ? { schemaUrl: SCHEMA_URL } : {};
    const scope = { name: SCOPE, version: naming.version, ...schema };
    return {
      resourceMetrics: { resource, scopeMetrics: [{ scope, metrics: this.#toMetrics(pass, readAt) }] },
      errors: [],
    };
  }

  #toMetrics(pass: Pass, readAt: number): MetricData[] {
    const [bootedAt, end] = [this.#options.bootTime.read(), toHrTime(readAt)];
    const kernelTimes = { start: bootedAt === undefined ? UNKNOWN_TIME : toHrTime(bootedAt), end };
    // The start times of external counters are unknown: the exposition texts of other programs do not contain start times.
    const externalTimes = { start: UNKNOWN_TIME, end };
    return pass.families.flatMap((familySamples) =>
      this.#views.create(familySamples, familySamples.family.external ? externalTimes : kernelTimes),
    );
  }
}
