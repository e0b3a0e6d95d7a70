import { diag } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Gatherer, GatherRequest } from '../../collection/gatherer.ts';
import type { Pass } from '../../collection/pass.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import type { FamilySamples } from '../../metrics/samples.ts';
import type { Log } from '../../util/log.ts';
import { warnOnce, withoutNameConflicts } from '../otel/name-conflicts.ts';
import { metricName, type Naming } from '../otel/naming.ts';
import { createResource, type ResourceAttributes } from '../otel/resource.ts';
import { OtelReader } from './otel-reader.ts';
import { isSayable } from './otel-serializable.ts';
import { BufferPool, TextBuffer } from './text-buffer.ts';
import { writeFamily } from './text-format.ts';

/** The serializer takes some microseconds for a series; of so many we write the same text in a tenth of that. */
const MOST_SAID = 32;

export interface ScrapeOptions {
  readonly gatherer: Gatherer;
  readonly resource: ResourceAttributes;
  readonly naming: Naming;
  /** Whether the resource is on the page: it is the exporter's, not that of a target. Default: true. */
  readonly targetInfo?: boolean;
}

export interface ScrapeResult {
  readonly pass: Pass;
  /** Prometheus text format 0.0.4. */
  readonly body: Buffer;
  /** Says that the body is not read any more: its memory will be another page's. Who does not say so keeps it. */
  release(): void;
}

/** A page, and how many are still sending it. */
interface Shared {
  readonly page: Promise<TextBuffer>;
  readers: number;
}

/** Answers scrapes: a pass over the collectors, through the SDK, as text. */
export class PrometheusOutput {
  readonly #gatherer: Gatherer;
  readonly #reader: OtelReader;
  readonly #serializer: PrometheusSerializer;
  readonly #nameOf: (family: AnyFamily) => string;
  /** Whether the text of a family comes from OpenTelemetry's serializer. */
  readonly #isSaid: (reading: FamilySamples) => boolean;
  readonly #onConflict = warnOnce((name) => {
    diag.warn(`Cannot put ${name} of another program on the page: the name is taken`);
  });
  /** Whoever shares a pass shares its page. */
  readonly #pages = new WeakMap<Pass, Shared>();
  readonly #memory = new BufferPool();

  constructor({ gatherer, resource, naming, targetInfo = true }: ScrapeOptions) {
    this.#gatherer = gatherer;
    this.#nameOf = (family) => metricName(family, naming);
    const { version, scopeInfo } = naming;
    // Labels of the scope come from the serializer alone.
    const mostSaid = scopeInfo ? Number.POSITIVE_INFINITY : MOST_SAID;
    this.#isSaid = ({ family, samples }) => samples.length <= mostSaid && isSayable(family);
    this.#serializer = new PrometheusSerializer('', false, undefined, !targetInfo, !scopeInfo);
    this.#reader = new OtelReader({
      collectors: gatherer.collectors,
      resource: createResource(resource),
      version,
      nameOf: this.#nameOf,
      isSaid: this.#isSaid,
    });
  }

  async scrape(request: GatherRequest): Promise<ScrapeResult> {
    const pass = await this.#gatherer.gather(request);
    const shared = this.#pages.get(pass) ?? { page: this.#write(pass), readers: 0 };
    this.#pages.set(pass, shared);
    shared.readers += 1;
    const page = await shared.page;
    const release = (): void => {
      shared.readers -= 1;
      if (shared.readers > 0) return;
      this.#pages.delete(pass);
      this.#memory.giveBack(page);
    };
    return { pass, body: page.bytes, release };
  }

  async shutdown(): Promise<void> {
    await this.#reader.shutdown();
  }

  async #write(pass: Pass): Promise<TextBuffer> {
    const known = withoutNameConflicts(pass, { nameOf: this.#nameOf, onConflict: this.#onConflict });
    const said = this.#serializer.serialize(await this.#reader.collect(known));
    const page = new TextBuffer(this.#memory.take());
    // Where there is nothing to say, the serializer says so in a comment without an end.
    page.write(said.endsWith('\n') ? said : `${said}\n`);
    for (const reading of known.families) {
      if (!this.#isSaid(reading)) writeFamily(page, reading, this.#nameOf(reading.family));
    }
    this.#memory.measure(page);
    return page;
  }
}

/** Lets the SDK speak through the exporter's log. */
export function setOtelLog(log: Pick<Log, 'error' | 'warn' | 'info' | 'debug'>): void {
  const speak = (level: 'error' | 'warn' | 'info' | 'debug') => {
    return (...words: readonly unknown[]): void => log[level](words.flatMap(inWords).join(' '));
  };
  const levels = { error: speak('error'), warn: speak('warn'), info: speak('info'), debug: speak('debug') };
  diag.setLogger({ ...levels, verbose: () => undefined }, { suppressOverrideMessage: true });
}

/** What else the SDK hands to its log is for a debugger, such as all of a push. */
function inWords(said: unknown): readonly string[] {
  if (said instanceof Error) return [said.message];
  return typeof said === 'string' ? [said] : [];
}
