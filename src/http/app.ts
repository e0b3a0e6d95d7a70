import express, { type Express, type RequestHandler } from 'express';
import type { ContainerReporter } from '../containers/report.ts';
import type { Host } from '../host.ts';
import { createHealthRouter, type Unready } from './health.ts';
import { createInfoRouter } from './info.ts';
import { createMetricsHandler, type MetricsOptions } from './metrics.ts';
import { createPageHandler } from './page.ts';
import { answerErrors, answerMethodNotAllowed, answerNotFound } from './reply.ts';

export interface AppOptions {
  readonly host: Host;
  readonly containers: ContainerReporter;
  /** `false`: there is no page to scrape. */
  readonly metrics: MetricsOptions | false;
  readonly metricsPath: string;
  readonly version: string;
  readonly unready: Unready;
  readonly onError: (error: unknown) => void;
}

export function createApp(options: AppOptions): Express {
  const { host, containers, metrics, metricsPath, version, unready, onError } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSafeHeaders);
  app.use(createHealthRouter(unready));
  app.use('/info', createInfoRouter({ host, containers }));
  if (metrics !== false) app.route(metricsPath).get(createMetricsHandler(metrics)).all(answerMethodNotAllowed);
  app
    .route('/')
    .get(createPageHandler({ version, metricsPath: metrics !== false && metricsPath }))
    .all(answerMethodNotAllowed);
  app.use(answerNotFound);
  app.use(answerErrors(onError));
  return app;
}

const setSafeHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  next();
};
