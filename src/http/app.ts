import express, { type Express, type RequestHandler } from 'express';
import { UsageError } from '../flags/usage-error.ts';
import { FAVICON_PATH, sendFavicon } from './favicon.ts';
import { createHealthRouter, HEALTH_LINKS, type NotReadyReason } from './health.ts';
import { createInfoRouter, INFO_LINKS, type InfoOptions } from './info.ts';
import { createLandingPageHandler, type LandingPageOptions, type Link } from './landing-page.ts';
import { handleErrors, handleNotFound, onGet } from './reply.ts';
import { SCRAPE_PATH } from './scrape-target.ts';

export interface AppOptions {
  /**
   * Options of `/info`. They are `undefined` for an exporter that does not monitor its host. Such an exporter has no
   * `/info`.
   */
  readonly info: InfoOptions | undefined;
  /** Handler of `/metrics`; `undefined` for an exporter that only pushes. */
  readonly metrics: RequestHandler | undefined;
  readonly metricsPath: string;
  /** Adds the configured headers to all responses. */
  readonly addHeaders: RequestHandler;
  /** Rejects requests without permission. It does not apply to health probes. */
  readonly checkAccess: RequestHandler;
  /** Handler of `/scrape`; `undefined` for an exporter without targets. */
  readonly targets: RequestHandler | undefined;
  readonly landingPage: Omit<LandingPageOptions, 'links'>;
  readonly notReadyReason: NotReadyReason;
  /** Called with the error of a request that ends with status 500. */
  readonly onError: (error: unknown) => void;
}

/** Returns an Express application with all routes of an exporter. */
export function createApp(options: AppOptions): Express {
  const { info, metrics, metricsPath, targets, landingPage, notReadyReason, onError } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSecurityHeaders);
  app.use(options.addHeaders);
  app.use(createHealthRouter(notReadyReason));
  app.use(options.checkAccess);
  if (info !== undefined) app.use('/info', createInfoRouter(info));
  if (metrics !== undefined) onGet(app, metricsPath, metrics);
  if (targets !== undefined) onGet(app, SCRAPE_PATH, targets);
  onGet(app, FAVICON_PATH, sendFavicon);
  onGet(app, '/', createLandingPageHandler({ ...landingPage, links: linksOf(options) }));
  app.use(handleNotFound);
  app.use(handleErrors(onError));
  return app;
}

function linksOf({ metrics, metricsPath, info, targets }: AppOptions): readonly Link[] {
  return [
    ...(metrics === undefined ? [] : [[metricsPath, 'Metrics in the Prometheus text format'] as const]),
    ...(targets === undefined ? [] : [[SCRAPE_PATH, 'Metrics of one target: /scrape?target=…'] as const]),
    ...(info === undefined ? [] : INFO_LINKS),
    ...HEALTH_LINKS,
  ];
}

/** @throws {UsageError} if another route has the path, because Express would never call the handler of the metrics */
export function validateMetricsPath(path: string): void {
  // Express ignores the case of a path and a slash at its end.
  const normalized = path.toLowerCase().replace(/(?<!\/)\/+$/, '');
  const routes = [...HEALTH_LINKS, ...INFO_LINKS].map(([route]) => route);
  if ([...routes, SCRAPE_PATH, FAVICON_PATH].includes(normalized)) {
    throw new UsageError(
      `Invalid value ${JSON.stringify(path)} for flag --web.telemetry-path: the path is used by another route`,
    );
  }
}

const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
  });
  next();
};
