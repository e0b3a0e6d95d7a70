import { Router } from 'express';
import { answerMethodNotAllowed, sendText } from './reply.ts';

const HEALTH_PATHS = ['/health', '/healthz', '/-/healthy'];
const READY_PATHS = ['/-/ready', '/healthz/ready'];

/** Why the exporter is not ready, or `undefined` when it is. */
export type Unready = () => string | undefined;

export function createHealthRouter(unready: Unready): Router {
  const router = Router();
  router
    .route(HEALTH_PATHS)
    .get((_request, response) => sendText(response, 200, 'ok'))
    .all(answerMethodNotAllowed);
  router
    .route(READY_PATHS)
    .get((_request, response) => {
      const reason = unready();
      if (reason === undefined) sendText(response, 200, 'ok');
      else sendText(response, 503, reason);
    })
    .all(answerMethodNotAllowed);
  return router;
}
