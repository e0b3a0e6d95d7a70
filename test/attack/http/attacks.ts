import { setTimeout } from 'node:timers/promises';
import { type Attack, repeat } from '../attack.ts';
import { closed, openSocket, requestText } from './sockets.ts';

const METRICS = '/metrics';
/** Collectors that run on every host. */
const COLLECTORS = ['cpu', 'diskstats', 'filesystem', 'loadavg', 'meminfo', 'netdev', 'stat', 'uname', 'vmstat'];

/** Sends requests on one connection without waiting for responses, and reads the responses. */
const requestsAhead: Attack = {
  async run(url, signal) {
    await repeat(1, signal, async () => {
      const socket = await openSocket(url, signal);
      socket.resume();
      const requests = requestText('/health').repeat(10_000);
      while (!socket.destroyed) {
        if (!socket.write(requests))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed(socket)]);
      }
    });
  },
};

/** Requests metrics on many connections and reads a few bytes per second. */
const slowReaders: Attack = {
  run: (url, signal) =>
    repeat(100, signal, async () => {
      const socket = await openSocket(url, signal);
      socket.write(requestText(METRICS));
      while (!socket.destroyed) {
        socket.read(16);
        await setTimeout(1000, undefined, { signal });
      }
    }),
};

/**
 * Requests the metrics of 1000 containers on many connections and reads nothing. The requests start at different times, so
 * that each response has a new body.
 */
const silentReaders: Attack = {
  containers: 1000,
  run: (url, signal) =>
    repeat(60, signal, async (loop) => {
      await setTimeout(loop * 100, undefined, { signal });
      const socket = await openSocket(url, signal);
      socket.write(requestText(METRICS));
      await closed(socket);
    }),
};

/** Opens connections as fast as possible, sends one request on each, and leaves them open. */
const connections: Attack = {
  run: (url, signal) =>
    repeat(20, signal, async () => {
      const socket = await openSocket(url, signal);
      socket.resume();
      socket.write(requestText('/health'));
      await setTimeout(1);
    }),
};

/** Scrapes subsets of the collectors that differ in each request. */
const distinctFilters: Attack = {
  containers: 1000,
  run: (url, signal) =>
    repeat(38, signal, async () => {
      const filters = COLLECTORS.filter(() => Math.random() < 0.5).map((name) => `&collect[]=${name}`);
      await fetch(new URL(`${METRICS}?collect[]=containers${filters.join('')}`, url), { signal }).then((r) => r.text());
    }),
};

/** Requests the report about containers. */
const containerReports: Attack = {
  containers: 1000,
  run: (url, signal) =>
    repeat(100, signal, async () => {
      await fetch(new URL('/info/containers', url), { signal }).then((response) => response.text());
    }),
};

/** Scrapes with a timeout that no pass can meet. */
const impatientScrapes: Attack = {
  run: (url, signal) =>
    repeat(10, signal, async () => {
      const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '0.001' };
      await fetch(new URL(METRICS, url), { headers, signal }).then((response) => response.text());
    }),
};

/** Sends a part of a request on many connections. */
const slowRequests: Attack = {
  run: (url, signal) =>
    repeat(200, signal, async () => {
      const socket = await openSocket(url, signal);
      socket.write('GET /metrics HTTP/1.1\r\nX-');
      while (!socket.destroyed) {
        socket.write('a');
        await setTimeout(1000, undefined, { signal });
      }
    }),
};

export const HTTP_ATTACKS: Readonly<Record<string, Attack>> = {
  'requests ahead': requestsAhead,
  'slow readers': slowReaders,
  'silent readers': silentReaders,
  connections,
  'distinct filters': distinctFilters,
  'container reports': containerReports,
  'impatient scrapes': impatientScrapes,
  'slow requests': slowRequests,
};
