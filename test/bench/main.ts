/**
 * `npm run bench`: what a start and a scrape cost on this machine. Where node_exporter is installed it is measured in the
 * same run, with the same collectors, in turns; the ratios are what counts, absolute times are the machine's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectors } from '../../src/collectors/index.ts';
import { writeBigHost } from './big-host.ts';
import { measureContainers } from './containers.ts';
import { MeasuredProcess } from './measured-process.ts';
import { measureModules } from './modules.ts';
import { measurePushes } from './otlp.ts';
import { print, quantile } from './report.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
const BARE_SERVER = join(import.meta.dirname, 'bare-server.ts');
const BARE_READER = join(import.meta.dirname, 'bare-reader.ts');
const NODE_EXPORTER = 'prometheus-node-exporter';
const SCRAPES = 2000;
const TURN = 50;
/** Scrapes of each of two programs that are compared. */
const TURNS = 500;
/** Before them: V8 compiles for some hundred scrapes, and an exporter runs for weeks. */
const WARM_UP = 500;
const CLIENTS = 8;
const STARTS = 7;

if (process.argv.includes('--host')) {
  await compareWithNodeExporter('On this machine');
  await compareOnBigHost();
} else if (process.argv.includes('--containers')) {
  await measureContainers(startOurs);
} else if (process.argv.includes('--modules')) {
  await measureModules();
} else if (process.argv.includes('--otlp')) {
  await measurePushes(startOurs);
} else {
  await measureStart();
  await measureScrapes();
  await measureRate();
  await compareWithNodeExporter('On this machine');
}

function startOurs(flags: readonly string[] = []): Promise<{ target: MeasuredProcess; startMs: number }> {
  return MeasuredProcess.start('otel-node-exporter', process.execPath, (address) => [
    PROGRAM,
    `--web.listen-address=${address}`,
    '--log.level=error',
    ...flags,
  ]);
}

async function measureStart(): Promise<void> {
  const starts: number[] = [];
  for (let index = 0; index < STARTS; index += 1) {
    const { target, startMs } = await startOurs();
    await using _ = target;
    starts.push(startMs);
  }
  print('start to first answered scrape, median', quantile(starts, 0.5), 'ms', `of ${STARTS} starts`);
}

async function measureScrapes(): Promise<void> {
  await using ours = (await startOurs()).target;
  await using bare = (
    await MeasuredProcess.start('bare node:http server', process.execPath, (address) => [BARE_SERVER, address])
  ).target;
  await bare.scrapeTimed(SCRAPES);
  const before = ours.cpuMs;
  await ours.scrapeTimed(SCRAPES);
  const cpu = ours.cpuMs - before;
  const series = countSeries(await ours.scrape());
  print('scrape latency, median', quantile(ours.latencies, 0.5), 'ms', `${SCRAPES} scrapes of ${series} series`);
  print('scrape latency, p95', quantile(ours.latencies, 0.95), 'ms');
  print('scrape latency, p99', quantile(ours.latencies, 0.99), 'ms');
  print('CPU per scrape', cpu / SCRAPES, 'ms');
  print('resident memory', ours.residentMiB, 'MiB');
  print('resident memory above a bare node:http server', ours.residentMiB - bare.residentMiB, 'MiB');
}

async function measureRate(): Promise<void> {
  await using ours = (await startOurs()).target;
  await ours.scrapeTimed(TURN);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, () => ours.scrapeTimed(SCRAPES / CLIENTS)));
  print(`scrapes per second from ${CLIENTS} clients`, (SCRAPES * 1000) / (performance.now() - startedAt), '/s');
}

/** A generated machine of 256 CPUs, 64 disks, 128 interfaces and 300 mounts. */
async function compareOnBigHost(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'big-host-'));
  try {
    await writeBigHost(root);
    await compareWithNodeExporter('On the big host', [
      `--path.procfs=${root}/proc`,
      `--path.sysfs=${root}/sys`,
      `--path.rootfs=${root}/root`,
      `--path.udev.data=${root}/udev`,
      '--no-collector.netdev.netlink',
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** @param flags for both programs, beside those that choose the collectors that both have */
async function compareWithNodeExporter(where: string, flags: readonly string[] = []): Promise<void> {
  const known = helpOfNodeExporter();
  if (known === undefined) {
    console.log(`${NODE_EXPORTER} is not installed: no comparison`);
    return;
  }
  const shared = collectors.filter(({ name, enabled }) => enabled === true && known.includes(`-collector.${name} `));
  const all = ['--collector.disable-defaults', ...shared.map(({ name }) => `--collector.${name}`), ...flags];
  await using ours = (await startOurs(all)).target;
  await using theirs = (
    await MeasuredProcess.start(NODE_EXPORTER, NODE_EXPORTER, (address) => [
      `--web.listen-address=${address}`,
      '--log.level=error',
      ...all,
    ])
  ).target;
  await takeTurns([ours, theirs], WARM_UP);
  const page = await ours.scrape();
  await using reader = (
    await MeasuredProcess.start('bare reader', process.execPath, (address) => [
      ...[BARE_READER, address, String(page.length), ...ours.openFiles],
    ])
  ).target;
  await takeTurns([reader], WARM_UP);
  for (const target of [ours, theirs]) target.latencies.length = 0;
  const [ourCpu, theirCpu, readerCpu] = await measureInTurns([ours, theirs, reader]);
  const [ourSeries, theirSeries] = [countSeries(page), countSeries(await theirs.scrape())];
  console.log(
    `\n${where}, beside node_exporter with ${shared.length} collectors, ${ourSeries} / ${theirSeries} series:`,
  );
  const ratio = (what: string, our = Number.NaN, their = Number.NaN): void => {
    print(`${what}, ratio`, our / their, '', `${our.toFixed(2)} / ${their.toFixed(2)} ms`);
  };
  ratio('CPU per scrape', ourCpu, theirCpu);
  ratio('median latency', quantile(ours.latencies, 0.5), quantile(theirs.latencies, 0.5));
  ratio('p99 latency', quantile(ours.latencies, 0.99), quantile(theirs.latencies, 0.99));
  ratio('CPU of a server that only reads our files', readerCpu, theirCpu);
}

function countSeries(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

/**
 * In turns, so that a slow moment of the machine slows all.
 *
 * @returns the CPU time of each one's scrape, in milliseconds
 */
async function measureInTurns(targets: readonly MeasuredProcess[]): Promise<readonly number[]> {
  const before = targets.map((target) => target.cpuMs);
  await takeTurns(targets, TURNS);
  return targets.map((target, index) => (target.cpuMs - (before[index] ?? Number.NaN)) / TURNS);
}

/** @param scrapes of each */
async function takeTurns(targets: readonly MeasuredProcess[], scrapes: number): Promise<void> {
  for (let done = 0; done < scrapes; done += TURN) {
    for (const target of targets) await target.scrapeTimed(TURN);
  }
}

function helpOfNodeExporter(): string | undefined {
  try {
    return execFileSync('sh', ['-c', `${NODE_EXPORTER} --help 2>&1`], { encoding: 'utf8' });
  } catch {
    // Not installed.
    return undefined;
  }
}
