import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import type { Link } from './landing-page.ts';
import { onGet, sendText } from './reply.ts';

const HEALTH_PATHS = ['/health', '/healthz', '/-/healthy'];
const READY_PATHS = ['/-/ready', '/healthz/ready'];

export const HEALTH_LINKS: readonly Link[] = [
  ...HEALTH_PATHS.map((path) => [path, 'Liveness: status 200 while the process runs'] as const),
  ...READY_PATHS.map((path) => [path, 'Readiness: status 200 once a collector has succeeded'] as const),
];

/** Returns whether a request is a liveness or readiness probe. */
export function isHealthRequest({ url = '' }: IncomingMessage): boolean {
  return HEALTH_LINKS.some(([path]) => path === url);
}

/** Returns the reason why the exporter is not ready; `undefined` if the exporter is ready. */
export type NotReadyReason = () => string | undefined;

/** Returns the routes for liveness and readiness probes. The paths are the usual ones for Prometheus and Kubernetes. */
export function createHealthRouter(notReadyReason: NotReadyReason): Router {
  const router = Router();
  onGet(router, HEALTH_PATHS, (_request, response) => sendText(response, 200, 'ok'));
  onGet(router, READY_PATHS, (_request, response) => {
    const reason = notReadyReason();
    if (reason === undefined) sendText(response, 200, 'ok');
    else sendText(response, 503, reason);
  });
  return router;
}
