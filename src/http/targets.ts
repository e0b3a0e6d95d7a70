import type { RequestHandler } from 'express';
import { sendText } from './reply.ts';

export const SCRAPE_PATH = '/scrape';

export interface TargetsOptions {
  /** Answers for each target that may be asked for; no other is ever contacted. */
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  /** Told of each request that is refused. */
  readonly onRefused: () => void;
}

/** `/scrape?target=…`: the metrics of one of several systems, as blackbox_exporter answers them. */
export function createTargetsHandler({ handlers, onRefused }: TargetsOptions): RequestHandler {
  return (request, response, next) => {
    const [target, ...more] = targetsIn(request.originalUrl);
    const handler = target === undefined || more.length > 0 ? undefined : handlers.get(target);
    if (handler !== undefined) {
      handler(request, response, next);
      return;
    }
    onRefused();
    if (target === undefined || more.length > 0) sendText(response, 400, 'Expected one target: /scrape?target=…\n');
    else
      sendText(
        response,
        403,
        `Cannot scrape ${JSON.stringify(target)}: it is not among the targets of --scrape.target\n`,
      );
  };
}

function targetsIn(url: string): string[] {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '').getAll('target');
}
