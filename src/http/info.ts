import { type RequestHandler, type Response, Router } from 'express';
import type { ContainerReporter } from '../containers/report/container-reporter.ts';
import type { Host } from '../host/host.ts';
import { parseLoadavg } from '../parse/loadavg.ts';
import { parseUptime } from '../parse/uptime.ts';
import { messageOf } from '../util/errors.ts';
import { SingleFlight } from '../util/single-flight.ts';
import type { Link } from './landing-page.ts';
import { onGet, sendText } from './reply.ts';
import type { UnsentBodies } from './unsent-bodies.ts';

export interface InfoOptions {
  readonly host: Host;
  readonly containers: ContainerReporter;
  readonly unsentBodies: UnsentBodies;
}

export const INFO_LINKS: readonly Link[] = [
  ['/info/hostname', 'Name of the host'],
  ['/info/uptime', 'Seconds since boot'],
  ['/info/load', 'Load averages of the last 1, 5 and 15 minutes, as JSON'],
  ['/info/containers', 'Containers and their resource usage, as JSON'],
];

const REPORT_TIMEOUT_MS = 5000;

/**
 * Returns the routes below `/info`, which are made for scripts. Each route responds with one kind of data about the host.
 */
export function createInfoRouter({ host, containers, unsentBodies }: InfoOptions): Router {
  const router = Router();
  const on = (path: string, reply: Reply): void => onGet(router, path, orUnavailable(reply));
  on('/hostname', async (response) => {
    sendText(response, 200, await host.hostname());
  });
  on('/uptime', (response) => {
    // The number has two decimals, as in /proc/uptime.
    sendText(response, 200, host.proc.read('uptime', parseUptime).uptime.toFixed(2));
  });
  on('/load', (response) => {
    const { load1, load5, load15 } = host.proc.read('loadavg', parseLoadavg);
    response.json({ '1m': load1, '5m': load5, '15m': load15 });
  });
  const reports = new SingleFlight(async () => {
    // Errors are not reported here, because the collector containers logs them. The report leaves out values with errors.
    const pass = host.forPass(performance.now() + REPORT_TIMEOUT_MS).forCollector(() => undefined);
    return Buffer.from(JSON.stringify(await containers.report(pass)));
  });
  on('/containers', async (response) => {
    const report = await reports.run();
    unsentBodies.send(response.type('application/json'), report);
  });
  return router;
}

type Reply = (response: Response) => void | Promise<void>;

/** Returns a handler that calls `reply`. If `reply` throws, the handler responds with status 503 and the error message. */
function orUnavailable(reply: Reply): RequestHandler {
  return async (_request, response) => {
    try {
      await reply(response);
    } catch (error) {
      sendText(response, 503, `${messageOf(error)}\n`);
    }
  };
}
