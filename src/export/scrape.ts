import { type DiagLogger, diag } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Gatherer, GatherRequest, Pass } from '../gather.ts';
import { pageName } from './page-name.ts';
import { createResource, type ResourceAttributes } from './resource.ts';
import { ScrapeReader } from './scrape-reader.ts';

export interface ScrapeOptions {
  readonly gatherer: Gatherer;
  readonly resource: ResourceAttributes;
  readonly version: string;
  readonly namespace: string;
  readonly scopeInfo: boolean;
}

export interface ScrapeResult {
  readonly pass: Pass;
  /** Prometheus text format 0.0.4. */
  readonly text: string;
}

/** Answers scrapes: a pass over the collectors, through the SDK, as text. */
export class PrometheusOutput {
  readonly #gatherer: Gatherer;
  readonly #reader: ScrapeReader;
  readonly #serializer: PrometheusSerializer;
  /** Whoever shares a pass shares its text. */
  readonly #texts = new WeakMap<Pass, Promise<string>>();

  constructor({ gatherer, resource, version, namespace, scopeInfo }: ScrapeOptions) {
    this.#gatherer = gatherer;
    this.#serializer = new PrometheusSerializer('', false, undefined, false, !scopeInfo);
    this.#reader = new ScrapeReader({
      collectors: gatherer.collectors,
      resource: createResource(resource),
      version,
      nameOf: (family) => pageName(family, namespace),
    });
  }

  async scrape(request: GatherRequest): Promise<ScrapeResult> {
    const pass = await this.#gatherer.gather(request);
    let text = this.#texts.get(pass);
    if (text === undefined) {
      text = this.#serialize(pass);
      this.#texts.set(pass, text);
    }
    return { pass, text: await text };
  }

  async shutdown(): Promise<void> {
    await this.#reader.shutdown();
  }

  async #serialize(pass: Pass): Promise<string> {
    return this.#serializer.serialize(await this.#reader.collect(Promise.resolve(pass)));
  }
}

/** Lets the SDK speak through the exporter's log. */
export function setSdkLog(log: Pick<DiagLogger, 'error' | 'warn' | 'info' | 'debug'>): void {
  diag.setLogger({ ...log, verbose: () => undefined }, { suppressOverrideMessage: true });
}
