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

/** Below a packet's size, compressing costs more than it saves. */
const COMPRESS_FROM_BYTES = 1024;

export interface MetricsOptions {
  /** @returns a page that is no one else's until it is released */
  scrape(request: GatherRequest): Promise<{ readonly pass: Pass; readonly body: Buffer; release(): void }>;
  /** The names of the collectors that run. */
  readonly collectors: readonly string[];
  /** Told of every scrape, when it comes and when its page is there. */
  readonly scrapes: { begin(): void; end(seconds: number): void };
  /** Seconds a pass may take when the scrape does not say. */
  readonly timeout: number;
  /** Scrapes answered at once; 0 for no limit. */
  readonly maxRequests: number;
  /** Whether a pass in which nothing succeeded is answered with 503, and not with what there is. Default: true. */
  readonly refusesFailure?: boolean;
}

export function createMetricsHandler(options: MetricsOptions): RequestHandler {
  const { maxRequests, collectors } = options;
  let underWay = 0;
  return async (request, response) => {
    if (maxRequests > 0 && underWay >= maxRequests) {
      sendText(response, 503, `Too many scrapes at once: the limit is ${maxRequests}\n`);
      return;
    }
    let only: ReadonlySet<string> | undefined;
    try {
      only = readCollectorFilter(request.originalUrl, collectors);
    } catch (error) {
      sendText(response, 400, `${messageOf(error)}\n`);
      return;
    }
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    await answer(request, response, { ...options, only });
  };
}

async function answer(
  request: Request,
  response: Response,
  {
    scrape,
    scrapes,
    timeout,
    refusesFailure = true,
    only,
  }: MetricsOptions & { readonly only: ReadonlySet<string> | undefined },
): Promise<void> {
  const startedAt = performance.now();
  scrapes.begin();
  const seconds = scrapeSeconds(request.get('X-Prometheus-Scrape-Timeout-Seconds')) ?? timeout;
  const deadline = startedAt + seconds * 1000;
  const { pass, body, release } = await scrape(only === undefined ? { deadline } : { deadline, only }).finally(() => {
    scrapes.end((performance.now() - startedAt) / 1000);
  });
  response.once('close', release);
  if (pass.failed && refusesFailure) sendText(response, 503, describeFailure(pass));
  else await sendMetrics(response, body, request.acceptsEncodings('gzip', 'identity') === 'gzip');
}

/** A tenth of the scraper's patience, at most half a second, is left for the way back. */
const LARGEST_MARGIN_SECONDS = 0.5;
const LONGEST_SECONDS = 3600;

function scrapeSeconds(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header)) return undefined;
  const patience = Math.min(Number(header), LONGEST_SECONDS);
  return patience > 0 ? patience - Math.min(LARGEST_MARGIN_SECONDS, patience / 10) : undefined;
}

function describeFailure({ results }: Pass): string {
  const reasons = results.flatMap(({ collector, errors }) => errors.map(({ message }) => `${collector}: ${message}\n`));
  return `No collector succeeded\n${reasons.join('')}`;
}

async function sendMetrics(response: Response, body: Buffer, zipped: boolean): Promise<void> {
  response.set({ 'Content-Type': CONTENT_TYPE, Vary: 'Accept-Encoding', 'Cache-Control': 'no-store' });
  if (!zipped || body.length < COMPRESS_FROM_BYTES) {
    response.end(body);
    return;
  }
  response.set('Content-Encoding', 'gzip');
  response.end(await compress(body, { level: constants.Z_BEST_SPEED }));
}
