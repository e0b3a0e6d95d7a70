import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import type { GatherRequest } from '../collection/gatherer.ts';
import type { Pass } from '../collection/pass.ts';
import { messageOf } from '../util/errors.ts';
import { readCollectorFilter } from './collector-filter.ts';
import { sendText } from './reply.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const compress = promisify(gzip);

/** Minimum size in bytes of a body that is compressed. A smaller body fits in one packet without compression. */
const COMPRESS_FROM_BYTES = 1024;

export interface ScrapeLimits {
  /** Maximum duration of a pass in seconds. It applies to a request without a timeout header. */
  readonly timeout: number;
  /** Maximum number of scrapes that run at the same time; 0 for no limit. */
  readonly maxRequests: number;
}

export interface MetricsHandlerOptions {
  /** Runs a pass. Returns the text of `/metrics` as `body`, which is valid until the caller calls `release`. */
  scrape(request: GatherRequest): Promise<{ readonly pass: Pass; readonly body: Buffer; release(): void }>;
  /** Names of the collectors that run in scrapes. */
  readonly collectors: readonly string[];
  /** Metrics about scrapes. The handler updates them when a scrape starts and when the response is ready. */
  readonly scrapeMetrics: { startScrape(): void; endScrape(seconds: number): void };
  /** True if the response has status 503 when no collector succeeds. */
  readonly requiresSuccess: boolean;
  readonly limits: ScrapeLimits;
}

/** Returns the handler that responds with metrics in the Prometheus text format. */
export function createMetricsHandler(options: MetricsHandlerOptions): RequestHandler {
  const { collectors } = options;
  const { maxRequests } = options.limits;
  let running = 0;
  return async (request, response) => {
    if (maxRequests > 0 && running >= maxRequests) {
      sendText(response, 503, `Too many concurrent scrapes: the limit is ${maxRequests}\n`);
      return;
    }
    let only: ReadonlySet<string> | undefined;
    try {
      only = readCollectorFilter(request.originalUrl, collectors);
    } catch (error) {
      sendText(response, 400, `${messageOf(error)}\n`);
      return;
    }
    running += 1;
    response.once('close', () => {
      running -= 1;
    });
    await handleScrape(request, response, { ...options, only });
  };
}

async function handleScrape(
  request: Request,
  response: Response,
  {
    scrape,
    scrapeMetrics,
    limits,
    requiresSuccess,
    only,
  }: MetricsHandlerOptions & { readonly only: ReadonlySet<string> | undefined },
): Promise<void> {
  const startedAt = performance.now();
  scrapeMetrics.startScrape();
  const seconds = passSeconds(request.get('X-Prometheus-Scrape-Timeout-Seconds')) ?? limits.timeout;
  const deadline = startedAt + seconds * 1000;
  const { pass, body, release } = await scrape(only === undefined ? { deadline } : { deadline, only }).finally(() => {
    scrapeMetrics.endScrape((performance.now() - startedAt) / 1000);
  });
  response.once('close', release);
  if (pass.failed && requiresSuccess) sendText(response, 503, failureText(pass));
  else await sendMetrics(response, body, request.acceptsEncodings('gzip', 'identity') === 'gzip');
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

async function sendMetrics(response: Response, body: Buffer, acceptsGzip: boolean): Promise<void> {
  response.set({ 'Content-Type': CONTENT_TYPE, Vary: 'Accept-Encoding', 'Cache-Control': 'no-store' });
  if (!acceptsGzip || body.length < COMPRESS_FROM_BYTES) {
    response.end(body);
    return;
  }
  response.set('Content-Encoding', 'gzip');
  response.end(await compress(body, { level: constants.Z_BEST_SPEED }));
}
