import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeContainerHost } from './container-host.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { print } from './report.ts';

type Start = (flags: readonly string[]) => Promise<{ readonly target: MeasuredProcess }>;

/** About 2,000 points. */
const CONTAINERS = 40;
const ROUNDS = 300;
const WARM_UP = 50;
const PACE_MS = 50;
/** How many pushes memory is watched for: `PUSHES=10000` for a long run. */
const PUSHES = Number(process.env['PUSHES'] ?? 2000);
const FAST_MS = 10;

/** A Collector that takes all and looks at nothing. */
async function startSink(status: number) {
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
    /** Of the last push. */
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => void server.close().closeAllConnections(),
  };
}

/** What a push costs beside a scrape of the same, and what is left of many, taken and not. */
export async function measurePushes(start: Start): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'push-'));
  try {
    writeContainerHost(root, CONTAINERS);
    const flags = [
      ...['--collector.disable-defaults', '--collector.containers', '--web.disable-exporter-metrics'],
      ...[`--path.procfs=${root}/proc`, `--path.sysfs=${root}/sys`, `--path.rootfs=${root}/root`],
    ];
    for (const naming of ['prometheus', 'semconv']) await compare(start, naming, flags);
    for (const status of [200, 401, 503]) await measureMany(start, status, flags);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** One program pushes and another is scraped, at the same pace and at the same time. */
async function compare(start: Start, naming: string, flags: readonly string[]): Promise<void> {
  using sink = await startSink(200);
  const pushing = [`--otlp.endpoint=${sink.url}`, `--otlp.interval=${PACE_MS}ms`, `--otlp.naming=${naming}`];
  await using pusher = (await start([...flags, ...pushing])).target;
  await using scraped = (await start(flags)).target;
  await scrapeAtPace(scraped, WARM_UP);
  const before = { pusher: pusher.cpuMs, scraped: scraped.cpuMs, pushes: sink.pushes };
  await scrapeAtPace(scraped, ROUNDS);
  const push = (pusher.cpuMs - before.pusher) / (sink.pushes - before.pushes);
  const scrape = (scraped.cpuMs - before.scraped) / ROUNDS;
  const series = (await scraped.scrape()).split('\n').filter((line) => /^[^#]/.test(line)).length;
  const note = `${push.toFixed(2)} / ${scrape.toFixed(2)} ms, ${series} series on the page, ${sink.bytes} bytes pushed`;
  print(`CPU of a push with ${naming} names, of a scrape`, push / scrape, '', note);
}

async function scrapeAtPace(target: MeasuredProcess, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const next = setTimeout(PACE_MS);
    await target.scrape();
    await next;
  }
}

/** @param status what the Collector answers: it takes all, refuses all, or is busy for ever */
async function measureMany(start: Start, status: number, flags: readonly string[]): Promise<void> {
  using sink = await startSink(status);
  await using target = (await start([...flags, `--otlp.endpoint=${sink.url}`, `--otlp.interval=${FAST_MS}ms`])).target;
  const parts = 5;
  for (let part = 1; part <= parts; part += 1) {
    const wanted = (PUSHES * part) / parts;
    // What is not even tried while the Collector is left alone counts by the time it takes.
    if (status === 503) await setTimeout((PUSHES * FAST_MS * 1.2) / parts);
    else while (sink.pushes < wanted) await setTimeout(100);
    print(`resident memory after ${wanted} pushes answered ${status}`, target.residentMiB, 'MiB');
  }
}
