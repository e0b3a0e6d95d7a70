import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeContainer, writeContainer, writeContainerHost } from './container-host.ts';
import type { MeasuredServer } from './measured-server.ts';
import { printMetric, quantile } from './report.ts';

const SIZES = [250, 500, 1000, 2000];
/** Number of scrapes before the measurement. V8 compiles the code during these scrapes. */
const WARM_UP = 150;
/** Number of measurements. The result is their median, because other programs may be busy during some of them. */
const TURNS = 10;
const SCRAPES_PER_TURN = 20;

/**
 * Number of scrapes in the memory measurement. A tenth of the containers is replaced before each scrape. The environment
 * variable selects another number for a long run: `CHURN_SCRAPES=10000`.
 */
const CHURN_SCRAPES = Number(process.env['CHURN_SCRAPES'] ?? 1000);
const CHURN_CONTAINERS = 200;

type StartExporter = (flags: readonly string[]) => Promise<{ readonly server: MeasuredServer }>;

/**
 * Measures the CPU time of a scrape for several numbers of containers. Then measures memory while containers are replaced.
 */
export async function measureContainers(start: StartExporter): Promise<void> {
  for (const size of SIZES) {
    for (const flags of [[], ['--containers.slim-labels']]) await measureSize(start, size, flags);
  }
  await measureChurn(start);
}

function flagsOf(root: string): readonly string[] {
  return [
    ...['--collector.disable-defaults', '--collector.containers', '--web.disable-exporter-metrics'],
    ...[`--path.procfs=${root}/proc`, `--path.sysfs=${root}/sys`, `--path.rootfs=${root}/root`],
  ];
}

async function measureSize(start: StartExporter, size: number, flags: readonly string[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'containers-'));
  try {
    writeContainerHost(root, size);
    await using exporter = (await start([...flagsOf(root), ...flags])).server;
    // Wait, because the exporter caches the descriptors of a directory only if the directory has not changed for a second.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await exporter.scrapeTimed(WARM_UP);
    const turns: number[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const before = exporter.cpuMs;
      await exporter.scrapeTimed(SCRAPES_PER_TURN);
      turns.push((exporter.cpuMs - before) / SCRAPES_PER_TURN);
    }
    const name = `CPU time per scrape, ${[`${size} containers`, ...flags].join(', ')}`;
    const pageMiB = (await exporter.scrape()).length / 2 ** 20;
    printMetric(
      name,
      quantile(turns, 0.5),
      'ms',
      `page of ${pageMiB.toFixed(1)} MiB, resident memory ${exporter.residentMiB.toFixed(0)} MiB`,
    );
  } finally {
    await rm(root, { recursive: true });
  }
}

async function measureChurn(start: StartExporter): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'containers-'));
  try {
    writeContainerHost(root, CHURN_CONTAINERS);
    await using exporter = (await start(flagsOf(root))).server;
    let removed = 0;
    for (let scrape = 0; scrape <= CHURN_SCRAPES; scrape += 1) {
      for (let replaced = 0; replaced < CHURN_CONTAINERS / 10; replaced += 1) {
        removeContainer(root, removed);
        writeContainer(root, removed + CHURN_CONTAINERS);
        removed += 1;
      }
      await exporter.scrapeTimed(1);
      if (scrape % (CHURN_SCRAPES / 5) === 0) {
        const name = `Resident memory after ${scrape} scrapes, ${removed} containers replaced`;
        printMetric(name, exporter.residentMiB, 'MiB');
      }
    }
  } finally {
    await rm(root, { recursive: true });
  }
}
