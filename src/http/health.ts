import { Router } from 'express';
import { onGet, sendText } from './reply.ts';

const HEALTH_PATHS = ['/health', '/healthz', '/-/healthy'];
const READY_PATHS = ['/-/ready', '/healthz/ready'];

/** What each of the paths tells, for the page. */
export const HEALTH_LINKS: readonly (readonly [path: string, what: string])[] = [
  ...HEALTH_PATHS.map((path) => [path, 'Whether the exporter lives'] as const),
  ...READY_PATHS.map((path) => [path, 'Whether it has something to say'] as const),
];

/** Why the exporter is not ready, or `undefined` when it is. */
export type Unready = () => string | undefined;

export function createHealthRouter(unready: Unready): Router {
  const router = Router();
  onGet(router, HEALTH_PATHS, (_request, response) => sendText(response, 200, 'ok'));
  onGet(router, READY_PATHS, (_request, response) => {
    const reason = unready();
    if (reason === undefined) sendText(response, 200, 'ok');
    else sendText(response, 503, reason);
  });
  return router;
}
