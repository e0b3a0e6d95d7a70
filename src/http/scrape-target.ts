import type { RequestHandler } from 'express';
import { parseQuery } from './query.ts';
import { sendText } from './reply.ts';

export const SCRAPE_PATH = '/scrape';

export interface TargetsOptions {
  /** Handlers by target. A request for any other target is rejected. */
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  /** Called for every rejected request. */
  readonly onRejected: () => void;
}

/**
 * Returns the handler of `/scrape?target=…`. The response contains the metrics of one target (multi-target exporter
 * pattern).
 *
 * https://prometheus.io/docs/guides/multi-target-exporter/
 */
export function createTargetsHandler({ handlers, onRejected }: TargetsOptions): RequestHandler {
  return async (request, response, next) => {
    const [target, ...others] = parseQuery(request.originalUrl).getAll('target');
    const isSingle = target !== undefined && others.length === 0;
    const handler = isSingle ? handlers.get(target) : undefined;
    if (handler !== undefined) {
      await handler(request, response, next);
      return;
    }
    onRejected();
    if (isSingle)
      sendText(response, 403, `Cannot scrape ${JSON.stringify(target)}: no --scrape.target flag allows it\n`);
    else sendText(response, 400, 'Expected one target: /scrape?target=…\n');
  };
}
