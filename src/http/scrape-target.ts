import type { RequestHandler } from 'express';
import { queryOf } from './query.ts';
import { sendText } from './reply.ts';

export const SCRAPE_PATH = '/scrape';
const NOT_ALLOWED = 'it is not among the targets of --scrape.target';

export interface TargetsOptions {
  /** Answers for each target that may be asked for; no other is ever contacted. */
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  /** Told of each request that is refused. */
  readonly onRefused: () => void;
}

/** `/scrape?target=…`: the metrics of one of several systems, as blackbox_exporter answers them. */
export function createTargetsHandler({ handlers, onRefused }: TargetsOptions): RequestHandler {
  return async (request, response, next) => {
    const [target, ...more] = queryOf(request.originalUrl).getAll('target');
    const isOne = target !== undefined && more.length === 0;
    const handler = isOne ? handlers.get(target) : undefined;
    if (handler !== undefined) {
      await handler(request, response, next);
      return;
    }
    onRefused();
    if (isOne) sendText(response, 403, `Cannot scrape ${JSON.stringify(target)}: ${NOT_ALLOWED}\n`);
    else sendText(response, 400, 'Expected one target: /scrape?target=…\n');
  };
}
