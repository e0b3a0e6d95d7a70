import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeContainerHost } from './container-host.ts';
import type { MeasuredServer } from './measured-server.ts';
import { printComparison, printMetric } from './report.ts';

type StartExporter = (flags: readonly string[]) => Promise<{ readonly server: MeasuredServer }>;

/** Number of containers on the generated host. They have about 2,000 points. */
const CONTAINERS = 40;
const ROUNDS = 300;
const WARM_UP = 50;
/** Interval between pushes and between scrapes in the comparison, in milliseconds. */
const INTERVAL_MS = 50;
/**
 * Number of pushes in the memory measurement. The environment variable selects another number for a long run:
 * `PUSHES=10000`.
 */
const PUSHES = Number(process.env['PUSHES'] ?? 2000);
const SHORT_INTERVAL_MS = 10;

/** Starts a server in place of a Collector. It does not decode the requests, and responds with a constant status. */
export async function startSink(status: number) {
  let [pushes, bytes] = [0, 0];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      pushes += 1;
      bytes = Number(request.headers['content-length']);
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get pushes() {
      return pushes;
    },
    /** Length of the last request in bytes. */
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => void server.close().closeAllConnections(),
  };
}

/**
 * Compares the CPU time of a push with that of a scrape. Then measures memory during many accepted and rejected pushes.
 */
export async function measurePushes(start: StartExporter): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'push-'));
  try {
    writeContainerHost(root, CONTAINERS);
    const flags = [
      ...['--collector.disable-defaults', '--collector.containers', '--web.disable-exporter-metrics'],
      ...[`--path.procfs=${root}/proc`, `--path.sysfs=${root}/sys`, `--path.rootfs=${root}/root`],
    ];
    for (const naming of ['prometheus', 'semconv']) await compare(start, naming, flags);
    for (const status of [200, 401, 503]) await measureMemory(start, status, flags);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Runs two exporters at the same interval: one pushes, and the other is scraped. */
async function compare(start: StartExporter, naming: string, flags: readonly string[]): Promise<void> {
  using sink = await startSink(200);
  const pushFlags = [`--otlp.endpoint=${sink.url}`, `--otlp.interval=${INTERVAL_MS}ms`, `--otlp.naming=${naming}`];
  await using pushing = (await start([...flags, ...pushFlags])).server;
  await using scraped = (await start(flags)).server;
  await scrapeAtInterval(scraped, WARM_UP);
  const before = { pushing: pushing.cpuMs, scraped: scraped.cpuMs, pushes: sink.pushes };
  await scrapeAtInterval(scraped, ROUNDS);
  const pushMs = (pushing.cpuMs - before.pushing) / (sink.pushes - before.pushes);
  const scrapeMs = (scraped.cpuMs - before.scraped) / ROUNDS;
  const series = (await scraped.scrape()).split('\n').filter((line) => /^[^#]/.test(line)).length;
  printComparison(`CPU time per push, --otlp.naming=${naming}`, {
    value: pushMs,
    unit: 'ms',
    baseline: `scrape of ${series} series`,
    baselineValue: scrapeMs,
  });
  printMetric(`Size of a push, --otlp.naming=${naming}`, sink.bytes / 1024, 'KiB');
}

async function scrapeAtInterval(server: MeasuredServer, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const next = setTimeout(INTERVAL_MS);
    await server.scrape();
    await next;
  }
}

/** @param status response of the Collector: 200 accepts a push, 401 rejects it, 503 requests a retry */
async function measureMemory(start: StartExporter, status: number, flags: readonly string[]): Promise<void> {
  using sink = await startSink(status);
  const pushFlags = [`--otlp.endpoint=${sink.url}`, `--otlp.interval=${SHORT_INTERVAL_MS}ms`];
  await using exporter = (await start([...flags, ...pushFlags])).server;
  const parts = 5;
  for (let part = 1; part <= parts; part += 1) {
    const pushes = (PUSHES * part) / parts;
    // After a response 503, the exporter waits before it retries, so the number of its readings is unknown here. Wait for
    // the time in which it makes the readings of this part.
    if (status === 503) await setTimeout((PUSHES * SHORT_INTERVAL_MS * 1.2) / parts);
    else while (sink.pushes < pushes) await setTimeout(100);
    printMetric(`Resident memory after ${pushes} pushes with response ${status}`, exporter.residentMiB, 'MiB');
  }
}
