import type { Request, RequestHandler, Response } from 'express';
import type { GatherRequest } from '../collection/gatherer.ts';
import type { Pass } from '../collection/pass.ts';
import { messageOf } from '../util/errors.ts';
import type { OnLimit } from '../util/limit-counter.ts';
import { readCollectorFilter } from './collector-filter.ts';
import { Places } from './places.ts';
import { sendText } from './reply.ts';
import type { UnsentBodies } from './unsent-bodies.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Minimum size in bytes of a body that is compressed. A smaller body fits in one packet without compression. */
const COMPRESS_FROM_BYTES = 1024;

export interface ScrapeLimits {
  /** Maximum duration of a pass in seconds. It applies to a request without a timeout header. */
  readonly timeout: number;
  /** Maximum number of scrapes whose collectors run at the same time; 0 for no limit. */
  readonly maxRequests: number;
}

export interface ScrapedPage {
  readonly pass: Pass;
  /** The exposition of the pass. The caller may use it until the caller calls `release`. */
  readonly body: Buffer;
  /** Returns the exposition in the gzip format. */
  compress(): Promise<Buffer>;
  release(): void;
}

export interface MetricsHandlerOptions {
  /** Runs a pass and returns its exposition. */
  scrape(request: GatherRequest): Promise<ScrapedPage>;
  /** Names of the collectors that run in scrapes. */
  readonly collectors: readonly string[];
  /** Metrics about scrapes. The handler updates them when a scrape starts and when the response is ready. */
  readonly scrapeMetrics: { startScrape(): void; endScrape(seconds: number): void };
  /** True if the response has status 503 when no collector succeeds. */
  readonly requiresSuccess: boolean;
  readonly limits: ScrapeLimits;
  readonly unsentBodies: UnsentBodies;
  /** Called when {@link ScrapeLimits.maxRequests} rejects a scrape. */
  readonly onLimit: OnLimit;
}

/** After each smaller body, the stored size of the largest body is multiplied by this factor. */
const SIZE_DECAY = 0.99;

/** Returns the handler that responds with metrics in the Prometheus text format. */
export function createMetricsHandler(options: MetricsHandlerOptions): RequestHandler {
  const { collectors, limits, onLimit, unsentBodies } = options;
  let running = 0;
  /** Expected size of the next body in bytes: the size of the largest body so far, reduced after each smaller body. */
  let largeBytes = Number.POSITIVE_INFINITY;
  // Only scrapes with a filter need a place: scrapes of all collectors share one body, but each filter results in another
  // body.
  const filteredPlaces = new Places({
    count: () => unsentBodies.capacity(largeBytes),
    close: (response) => unsentBodies.close(response),
  });
  return async (request, response) => {
    let only: ReadonlySet<string> | undefined;
    try {
      only = readCollectorFilter(request.originalUrl, collectors);
    } catch (error) {
      sendText(response, 400, `${messageOf(error)}\n`);
      return;
    }
    const maxRequests = maxRunning(limits, only);
    if (running >= maxRequests) {
      onLimit('scrapes');
      sendText(response, 503, `Too many concurrent scrapes: the limit is ${maxRequests}\n`);
      return;
    }
    running += 1;
    try {
      if (only !== undefined && !(await filteredPlaces.take(response))) return;
      const result = await runPass(request, { ...options, only });
      largeBytes = Math.max(result.body.length, Number.isFinite(largeBytes) ? largeBytes * SIZE_DECAY : 0);
      await sendResult(request, response, { ...options, result });
    } finally {
      running -= 1;
    }
  };
}

/**
 * Returns the maximum number of concurrent scrapes. A scrape with a filter is rejected at half of the limit, so that a
 * scrape of all collectors can still run.
 */
function maxRunning({ maxRequests }: ScrapeLimits, only: ReadonlySet<string> | undefined): number {
  if (maxRequests === 0) return Number.POSITIVE_INFINITY;
  return only === undefined ? maxRequests : Math.ceil(maxRequests / 2);
}

async function runPass(
  request: Request,
  { scrape, scrapeMetrics, limits, only }: MetricsHandlerOptions & { readonly only: ReadonlySet<string> | undefined },
): Promise<ScrapedPage> {
  const startedAt = performance.now();
  scrapeMetrics.startScrape();
  const seconds = passSeconds(request.get('X-Prometheus-Scrape-Timeout-Seconds')) ?? limits.timeout;
  const deadline = startedAt + seconds * 1000;
  try {
    return await scrape(only === undefined ? { deadline } : { deadline, only });
  } finally {
    scrapeMetrics.endScrape((performance.now() - startedAt) / 1000);
  }
}

interface SendOptions extends MetricsHandlerOptions {
  readonly result: ScrapedPage;
}

async function sendResult(
  request: Request,
  response: Response,
  { result, requiresSuccess, unsentBodies }: SendOptions,
): Promise<void> {
  const { pass, body, release } = result;
  if (response.closed) release();
  else response.once('close', release);
  if (pass.failed && requiresSuccess) {
    sendText(response, 503, failureText(pass));
    return;
  }
  response.set({ 'Content-Type': CONTENT_TYPE, Vary: 'Accept-Encoding', 'Cache-Control': 'no-store' });
  if (body.length < COMPRESS_FROM_BYTES || request.acceptsEncodings('gzip', 'identity') !== 'gzip') {
    unsentBodies.send(response, body);
    return;
  }
  response.set('Content-Encoding', 'gzip');
  unsentBodies.send(response, await result.compress());
}

/** Maximum time reserved for sending the response. If a tenth of the scrape timeout is less, only this tenth is reserved. */
const MAX_RESPONSE_SECONDS = 0.5;
const MAX_TIMEOUT_SECONDS = 3600;

/**
 * Returns the maximum duration of a pass in seconds; `undefined` if the header with the scrape timeout is missing or
 * malformed.
 */
function passSeconds(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header)) return undefined;
  const timeout = Math.min(Number(header), MAX_TIMEOUT_SECONDS);
  return timeout > 0 ? timeout - Math.min(MAX_RESPONSE_SECONDS, timeout / 10) : undefined;
}

function failureText({ results }: Pass): string {
  const reasons = results.flatMap(({ collector, errors }) => errors.map(({ message }) => `${collector}: ${message}\n`));
  return `No collector succeeded\n${reasons.join('')}`;
}
