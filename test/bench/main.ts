/**
 * `npm run bench` measures the start and the scrapes of the exporter on this host. If node_exporter is installed, the same
 * run measures it with the same collectors. Between hosts, only the ratios can be compared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectors } from '../../src/collectors/index.ts';
import { writeBigHost } from './big-host.ts';
import { measureContainers } from './containers.ts';
import { MeasuredServer } from './measured-server.ts';
import { measureModules } from './modules.ts';
import { measurePushes } from './otlp.ts';
import { printComparison, printMetric, quantile } from './report.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
const BARE_SERVER = join(import.meta.dirname, 'bare-server.ts');
const BARE_READER = join(import.meta.dirname, 'bare-reader.ts');
const NODE_EXPORTER = 'prometheus-node-exporter';
const SCRAPES = 2000;
/** Number of consecutive scrapes of one server before the next server is scraped. */
const SCRAPES_PER_TURN = 50;
/** Number of scrapes of each server in a comparison. */
const COMPARED_SCRAPES = 500;
/**
 * Number of scrapes before the measurement. V8 compiles the code during some hundred scrapes, and an exporter runs for
 * weeks.
 */
const WARM_UP = 500;
const CLIENTS = 8;
const STARTS = 7;

if (process.argv.includes('--host')) {
  await compareWithNodeExporter('This host');
  await compareOnBigHost();
} else if (process.argv.includes('--containers')) {
  await measureContainers(startExporter);
} else if (process.argv.includes('--modules')) {
  await measureModules();
} else if (process.argv.includes('--otlp')) {
  await measurePushes(startExporter);
} else {
  await measureStart();
  await measureScrapes();
  await measureRate();
  await compareWithNodeExporter('This host');
}

function startExporter(flags: readonly string[] = []): Promise<{ server: MeasuredServer; startMs: number }> {
  return MeasuredServer.start('otel-node-exporter', process.execPath, (address) => [
    PROGRAM,
    `--web.listen-address=${address}`,
    '--log.level=error',
    ...flags,
  ]);
}

async function measureStart(): Promise<void> {
  const starts: number[] = [];
  for (let index = 0; index < STARTS; index += 1) {
    const { server, startMs } = await startExporter();
    await using _ = server;
    starts.push(startMs);
  }
  printMetric('Time from start to the first scrape, median', quantile(starts, 0.5), 'ms', `${STARTS} starts`);
}

async function measureScrapes(): Promise<void> {
  await using exporter = (await startExporter()).server;
  await using bare = (
    await MeasuredServer.start('bare node:http server', process.execPath, (address) => [BARE_SERVER, address])
  ).server;
  await bare.scrapeTimed(SCRAPES);
  const before = exporter.cpuMs;
  await exporter.scrapeTimed(SCRAPES);
  const cpuMs = exporter.cpuMs - before;
  const details = `${SCRAPES} scrapes of ${countSeries(await exporter.scrape())} series`;
  printMetric('Scrape latency, median', quantile(exporter.latencies, 0.5), 'ms', details);
  printMetric('Scrape latency, 95th percentile', quantile(exporter.latencies, 0.95), 'ms', details);
  printMetric('Scrape latency, 99th percentile', quantile(exporter.latencies, 0.99), 'ms', details);
  printMetric('CPU time per scrape', cpuMs / SCRAPES, 'ms', details);
  printComparison('Resident memory', {
    value: exporter.residentMiB,
    unit: 'MiB',
    baseline: 'bare node:http server',
    baselineValue: bare.residentMiB,
  });
}

async function measureRate(): Promise<void> {
  await using exporter = (await startExporter()).server;
  await exporter.scrapeTimed(SCRAPES_PER_TURN);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, () => exporter.scrapeTimed(SCRAPES / CLIENTS)));
  const perSecond = (SCRAPES * 1000) / (performance.now() - startedAt);
  printMetric('Scrape throughput', perSecond, 'scrapes/s', `${CLIENTS} concurrent clients`);
}

/**
 * Compares the exporter with node_exporter on a generated host of 256 CPUs, 64 disks, 128 network interfaces and 300
 * mounts.
 */
async function compareOnBigHost(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'big-host-'));
  try {
    await writeBigHost(root);
    await compareWithNodeExporter('Generated large host', [
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

/**
 * Compares the exporter with node_exporter. Only the collectors that both programs have are enabled.
 *
 * @param flags additional flags for both programs
 */
async function compareWithNodeExporter(hostName: string, flags: readonly string[] = []): Promise<void> {
  const help = helpOfNodeExporter();
  if (help === undefined) {
    console.log(`No comparison with node_exporter: ${NODE_EXPORTER} is not installed`);
    return;
  }
  const shared = collectors.filter(({ name, enabled }) => enabled === true && hasCollector(help, name));
  const allFlags = ['--collector.disable-defaults', ...shared.map(({ name }) => `--collector.${name}`), ...flags];
  await using exporter = (await startExporter(allFlags)).server;
  await using nodeExporter = (
    await MeasuredServer.start(NODE_EXPORTER, NODE_EXPORTER, (address) => [
      `--web.listen-address=${address}`,
      '--log.level=error',
      ...allFlags,
    ])
  ).server;
  await scrapeInTurns([exporter, nodeExporter], WARM_UP);
  const page = await exporter.scrape();
  await using reader = (
    await MeasuredServer.start('bare reader', process.execPath, (address) => [
      ...[BARE_READER, address, String(page.length), ...exporter.openFiles],
    ])
  ).server;
  await scrapeInTurns([reader], WARM_UP);
  for (const server of [exporter, nodeExporter]) server.latencies.length = 0;
  const [exporterCpu, nodeExporterCpu, readerCpu] = await measureCpuPerScrape([exporter, nodeExporter, reader]);
  const series = `${countSeries(page)} series, node_exporter ${countSeries(await nodeExporter.scrape())} series`;
  console.log(`\n${hostName}: otel-node-exporter beside node_exporter with ${shared.length} collectors, ${series}`);
  const compare = (name: string, value = Number.NaN, baselineValue = Number.NaN): void => {
    printComparison(name, { value, unit: 'ms', baseline: 'node_exporter', baselineValue });
  };
  const [latencies, nodeExporterLatencies] = [exporter.latencies, nodeExporter.latencies];
  compare('CPU time per scrape', exporterCpu, nodeExporterCpu);
  compare('Scrape latency, median', quantile(latencies, 0.5), quantile(nodeExporterLatencies, 0.5));
  compare('Scrape latency, 99th percentile', quantile(latencies, 0.99), quantile(nodeExporterLatencies, 0.99));
  compare('CPU time per scrape of a server that only reads the files', readerCpu, nodeExporterCpu);
}

function countSeries(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

/** Returns the CPU time per scrape of each server, in milliseconds. */
async function measureCpuPerScrape(servers: readonly MeasuredServer[]): Promise<readonly number[]> {
  const before = servers.map((server) => server.cpuMs);
  await scrapeInTurns(servers, COMPARED_SCRAPES);
  return servers.map((server, index) => (server.cpuMs - (before[index] ?? Number.NaN)) / COMPARED_SCRAPES);
}

/**
 * Scrapes the servers in turns, so that other programs on the host slow down all servers equally.
 *
 * @param scrapes number of scrapes of each server
 */
async function scrapeInTurns(servers: readonly MeasuredServer[], scrapes: number): Promise<void> {
  for (let done = 0; done < scrapes; done += SCRAPES_PER_TURN) {
    for (const server of servers) await server.scrapeTimed(SCRAPES_PER_TURN);
  }
}

/**
 * Returns whether the output of `--help` lists a collector: `--collector.cpu`, or `--[no-]collector.cpu` in newer
 * releases.
 */
function hasCollector(help: string, name: string): boolean {
  return new RegExp(`[-\\]]collector\\.${name} `).test(help);
}

function helpOfNodeExporter(): string | undefined {
  try {
    return execFileSync('sh', ['-c', `${NODE_EXPORTER} --help 2>&1`], { encoding: 'utf8' });
  } catch {
    // The command is not installed.
    return undefined;
  }
}
