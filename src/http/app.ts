import express, { type Express, type RequestHandler } from 'express';
import { UsageError } from '../flags/usage-error.ts';
import { createHealthRouter, HEALTH_LINKS, type Unready } from './health.ts';
import { createInfoRouter, INFO_LINKS, type InfoOptions } from './info.ts';
import { createPageHandler, type PageOptions } from './landing-page.ts';
import { createMetricsHandler, type MetricsOptions } from './metrics.ts';
import { answerErrors, answerNotFound, onGet } from './reply.ts';
import { SCRAPE_PATH } from './scrape-target.ts';

export interface AppOptions {
  /** Not given where there is no host to inform about. */
  readonly info: InfoOptions | undefined;
  /** `false`: there is no page to scrape. */
  readonly metrics: MetricsOptions | false;
  readonly metricsPath: string;
  /** Answers `/scrape`, where there are targets. */
  readonly targets: RequestHandler | undefined;
  readonly page: Pick<PageOptions, 'name' | 'description' | 'version'>;
  readonly unready: Unready;
  readonly onError: (error: unknown) => void;
}

export function createApp(options: AppOptions): Express {
  const { info, metrics, metricsPath, targets, page, unready, onError } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSafeHeaders);
  app.use(createHealthRouter(unready));
  if (info !== undefined) app.use('/info', createInfoRouter(info));
  if (metrics !== false) onGet(app, metricsPath, createMetricsHandler(metrics));
  if (targets !== undefined) onGet(app, SCRAPE_PATH, targets);
  onGet(app, '/', createPageHandler({ ...page, links: linksTo(options) }));
  app.use(answerNotFound);
  app.use(answerErrors(onError));
  return app;
}

/** What the page leads to. */
function linksTo({ metrics, metricsPath, info, targets }: AppOptions): PageOptions['links'] {
  return [
    ...(metrics === false ? [] : ([[metricsPath, 'Metrics for Prometheus']] as const)),
    ...(targets === undefined ? [] : ([[SCRAPE_PATH, 'Metrics of one target: ?target=']] as const)),
    ...(info === undefined ? [] : INFO_LINKS),
    ...HEALTH_LINKS,
  ];
}

/**
 * Whatever answers there would hide the metrics.
 *
 * @throws {UsageError} for a path of another route
 */
export function checkMetricsPath(path: string): void {
  // Express takes capitals and a slash at the end for the same path.
  const asked = path.toLowerCase().replace(/\/+$/, '');
  const taken: readonly string[] = [...HEALTH_LINKS, ...INFO_LINKS].map(([route]) => route);
  if (taken.includes(asked) || asked === SCRAPE_PATH) {
    throw new UsageError(`Bad value ${JSON.stringify(path)} for flag --web.telemetry-path: the path of something else`);
  }
}

const setSafeHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  next();
};
