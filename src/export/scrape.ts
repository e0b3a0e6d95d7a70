import { type DiagLogger, diag } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Gatherer, GatherRequest, Pass } from '../gather.ts';
import type { Family } from '../metric.ts';
import { withoutConflicts } from './conflicts.ts';
import { pageName } from './page-name.ts';
import { createResource, type ResourceAttributes } from './resource.ts';
import { isSayable } from './sayable.ts';
import { ScrapeReader } from './scrape-reader.ts';
import { writeFamily } from './text.ts';

const MOST_CONFLICTS_SAID = 1000;

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
  readonly #nameOf: (family: Family) => string;
  /** Families of other programs that were left out, each said once. */
  readonly #conflicts = new Set<string>();
  /** Whoever shares a pass shares its text. */
  readonly #texts = new WeakMap<Pass, Promise<string>>();

  constructor({ gatherer, resource, version, namespace, scopeInfo }: ScrapeOptions) {
    this.#gatherer = gatherer;
    this.#nameOf = (family) => pageName(family, namespace);
    this.#serializer = new PrometheusSerializer('', false, undefined, false, !scopeInfo);
    this.#reader = new ScrapeReader({
      collectors: gatherer.collectors,
      resource: createResource(resource),
      version,
      nameOf: this.#nameOf,
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
    const page = withoutConflicts(pass, { nameOf: this.#nameOf, onConflict: (name) => this.#sayConflict(name) });
    const said = this.#serializer.serialize(await this.#reader.collect(Promise.resolve(page)));
    const written = page.readings
      .filter(({ family }) => !isSayable(family))
      .map((reading) => writeFamily(reading, this.#nameOf(reading.family)));
    // Where there is nothing to say, the serializer says so in a comment without an end.
    return [said.endsWith('\n') ? said : `${said}\n`, ...written].join('');
  }

  #sayConflict(name: string): void {
    if (this.#conflicts.has(name) || this.#conflicts.size >= MOST_CONFLICTS_SAID) return;
    this.#conflicts.add(name);
    diag.warn(`Cannot put ${name} of another program on the page: the name is taken`);
  }
}

/** Lets the SDK speak through the exporter's log. */
export function setSdkLog(log: Pick<DiagLogger, 'error' | 'warn' | 'info' | 'debug'>): void {
  diag.setLogger({ ...log, verbose: () => undefined }, { suppressOverrideMessage: true });
}
