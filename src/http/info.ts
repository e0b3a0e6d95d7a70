import { type RequestHandler, Router } from 'express';
import type { ContainerReporter } from '../containers/report/container-reporter.ts';
import type { Host } from '../host/host.ts';
import { parseLoadavg } from '../parse/loadavg.ts';
import { parseUptime } from '../parse/uptime.ts';
import { messageOf } from '../util/errors.ts';
import { onGet, sendText } from './reply.ts';

export interface InfoOptions {
  readonly host: Host;
  readonly containers: ContainerReporter;
}

/** Its paths, for people. */
export const INFO_LINKS = [
  ['/info/hostname', "The host's name"],
  ['/info/uptime', 'Seconds since boot'],
  ['/info/load', 'Load averages'],
  ['/info/containers', 'Containers and what they use'],
] as const;

const REPORT_MS = 5000;

/** The host in a few words, for scripts. */
export function createInfoRouter({ host, containers }: InfoOptions): Router {
  const router = Router();
  const on = (path: string, reply: Reply): void => onGet(router, path, orUnavailable(reply));
  on('/hostname', async (response) => {
    sendText(response, 200, await host.hostname());
  });
  on('/uptime', (response) => {
    // The kernel prints two decimals, always.
    sendText(response, 200, host.proc.read('uptime', parseUptime).uptime.toFixed(2));
  });
  on('/load', (response) => {
    const { load1, load5, load15 } = host.proc.read('loadavg', parseLoadavg);
    response.json({ '1m': load1, '5m': load5, '15m': load15 });
  });
  on('/containers', async (response) => {
    response.json(await containers.report(host.forPass(performance.now() + REPORT_MS)));
  });
  return router;
}

type Reply = (response: Parameters<RequestHandler>[1]) => void | Promise<void>;

/** What cannot be read is 503 with the reason: no other number is as good. */
function orUnavailable(reply: Reply): RequestHandler {
  return async (_request, response) => {
    try {
      await reply(response);
    } catch (error) {
      sendText(response, 503, `${messageOf(error)}\n`);
    }
  };
}
