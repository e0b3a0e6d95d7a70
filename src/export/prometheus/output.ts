import { promisify } from 'node:util';
import { constants, gzip, gzipSync } from 'node:zlib';
import type { Gatherer, GatherRequest } from '../../collection/gatherer.ts';
import type { Pass } from '../../collection/pass.ts';
import { metricName, type Naming } from '../otel/naming.ts';
import { createResource, type ResourceAttributes } from '../otel/resource.ts';
import { BufferPool } from './buffer-pool.ts';
import { OtelReader } from './otel-reader.ts';
import { TextBuffer } from './text-buffer.ts';
import { TextSerializer } from './text-serializer.ts';

const gzipAsync = promisify(gzip);

/**
 * Maximum size in bytes of an exposition that is compressed on the main thread. To wake another thread takes up to half as
 * long as to compress 64 KiB (*measured*: 0.41 ms instead of 0.57 to 0.70 ms).
 */
const SYNC_COMPRESSION_BYTES = 128 * 1024;

export interface PrometheusOutputOptions {
  readonly gatherer: Gatherer;
  readonly resource: ResourceAttributes;
  readonly naming: Naming;
  /**
   * False to omit the metric `target_info`, which contains the resource. The exposition of a target omits it. Default: true.
   */
  readonly targetInfo?: boolean;
}

export interface ScrapeResult {
  readonly pass: Pass;
  /**
   * The exposition in the Prometheus text format 0.0.4. Valid until `release` is called. Scrapes that share a pass get the
   * same buffer.
   */
  readonly body: Buffer;
  /** Returns the exposition in the gzip format. Scrapes that share a pass get the same buffer. */
  compress(): Promise<Buffer>;
  /** Returns the buffer of the exposition to the pool. Has to be called once, after the response was sent. */
  release(): void;
}

interface SharedPage {
  readonly page: Promise<TextBuffer>;
  body?: Buffer;
  compressed?: Promise<Buffer>;
  /** Number of responses and compressions that have not released the exposition yet. */
  readers: number;
}

/** The output for scrapes: runs a pass, collects the pass through the OpenTelemetry SDK, and writes the exposition. */
export class PrometheusOutput {
  readonly #gatherer: Gatherer;
  readonly #reader: OtelReader;
  readonly #serializer: TextSerializer;
  /** The expositions that are in use. Scrapes that share a pass also share the exposition of the pass. */
  readonly #pages = new WeakMap<Pass, SharedPage>();
  readonly #buffers = new BufferPool();

  constructor({ gatherer, resource, naming, targetInfo = true }: PrometheusOutputOptions) {
    this.#gatherer = gatherer;
    this.#serializer = new TextSerializer({ scopeInfo: naming.scopeInfo, targetInfo });
    this.#reader = new OtelReader({
      collectors: gatherer.collectors,
      resource: createResource(resource),
      version: naming.version,
      nameOf: (family) => metricName(family, naming),
    });
  }

  async scrape(request: GatherRequest): Promise<ScrapeResult> {
    const pass = await this.#gatherer.gather(request);
    const shared = this.#pages.get(pass) ?? { page: this.#write(pass), readers: 0 };
    this.#pages.set(pass, shared);
    shared.readers += 1;
    const page = await shared.page;
    const release = (): void => this.#release(pass, shared, page);
    shared.body ??= page.bytes;
    return { pass, body: shared.body, compress: () => this.#compress(pass, shared, page), release };
  }

  async shutdown(): Promise<void> {
    await this.#reader.shutdown();
  }

  #compress(pass: Pass, shared: SharedPage, page: TextBuffer): Promise<Buffer> {
    shared.readers += shared.compressed === undefined ? 1 : 0;
    shared.compressed ??= compress(page.bytes).finally(() => this.#release(pass, shared, page));
    return shared.compressed;
  }

  #release(pass: Pass, shared: SharedPage, page: TextBuffer): void {
    shared.readers -= 1;
    if (shared.readers > 0) return;
    this.#pages.delete(pass);
    this.#buffers.giveBack(page);
  }

  async #write(pass: Pass): Promise<TextBuffer> {
    const metrics = await this.#reader.collect(pass);
    const page = new TextBuffer(this.#buffers.take());
    this.#serializer.write(page, metrics);
    this.#buffers.measure(page);
    return page;
  }
}

async function compress(bytes: Buffer): Promise<Buffer> {
  const options = { level: constants.Z_BEST_SPEED };
  return bytes.length <= SYNC_COMPRESSION_BYTES ? gzipSync(bytes, options) : gzipAsync(bytes, options);
}
