import express, { type Express, type RequestHandler } from 'express';
import type { Host } from '../host.ts';
import { createHealthRouter, type Unready } from './health.ts';
import { createInfoRouter } from './info.ts';
import { createMetricsHandler, type MetricsOptions } from './metrics.ts';
import { createPageHandler } from './page.ts';
import { answerErrors, answerMethodNotAllowed, answerNotFound } from './reply.ts';

export interface AppOptions {
  readonly host: Host;
  readonly metrics: MetricsOptions;
  readonly metricsPath: string;
  readonly version: string;
  readonly unready: Unready;
  readonly onError: (error: unknown) => void;
}

export function createApp({ host, metrics, metricsPath, version, unready, onError }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSafeHeaders);
  app.use(createHealthRouter(unready));
  app.use('/info', createInfoRouter(host));
  app.route(metricsPath).get(createMetricsHandler(metrics)).all(answerMethodNotAllowed);
  app.route('/').get(createPageHandler({ version, metricsPath })).all(answerMethodNotAllowed);
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
