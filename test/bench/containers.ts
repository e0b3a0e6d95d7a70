import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeContainer, writeContainer, writeContainerHost } from './container-host.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { print, quantile } from './report.ts';

const SIZES = [250, 500, 1000, 2000];
/** Until V8 has compiled what a scrape runs. */
const WARM_UP = 150;
/** The median of so many turns counts: another program may be busy in some. */
const TURNS = 10;
const SCRAPES = 20;

/** How many scrapes, at each of which a tenth of the containers is replaced: `CHURN_SCRAPES=10000` for a long run. */
const CHURN_SCRAPES = Number(process.env['CHURN_SCRAPES'] ?? 1000);
const CHURN_CONTAINERS = 200;

type Start = (flags: readonly string[]) => Promise<{ readonly target: MeasuredProcess }>;

/** What a scrape of many containers costs, and what is left of those that are gone. */
export async function measureContainers(start: Start): Promise<void> {
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

async function measureSize(start: Start, size: number, flags: readonly string[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'containers-'));
  try {
    writeContainerHost(root, size);
    await using target = (await start([...flagsOf(root), ...flags])).target;
    // Files that have just been written are not kept open.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await target.scrapeTimed(WARM_UP);
    const turns: number[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const before = target.cpuMs;
      await target.scrapeTimed(SCRAPES);
      turns.push((target.cpuMs - before) / SCRAPES);
    }
    const what = `CPU per scrape of ${size} containers${flags.length === 0 ? '' : ', slim'}`;
    const bytes = (await target.scrape()).length;
    print(
      what,
      quantile(turns, 0.5),
      'ms',
      `${(bytes / 2 ** 20).toFixed(1)} MiB, ${target.residentMiB.toFixed(0)} MiB resident`,
    );
  } finally {
    await rm(root, { recursive: true });
  }
}

async function measureChurn(start: Start): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'containers-'));
  try {
    writeContainerHost(root, CHURN_CONTAINERS);
    await using target = (await start(flagsOf(root))).target;
    let first = 0;
    for (let scrape = 0; scrape <= CHURN_SCRAPES; scrape += 1) {
      for (let replaced = 0; replaced < CHURN_CONTAINERS / 10; replaced += 1) {
        removeContainer(root, first);
        writeContainer(root, first + CHURN_CONTAINERS);
        first += 1;
      }
      await target.scrapeTimed(1);
      if (scrape % (CHURN_SCRAPES / 5) === 0)
        print(`resident memory after ${scrape} scrapes and ${first} replaced`, target.residentMiB, 'MiB');
    }
  } finally {
    await rm(root, { recursive: true });
  }
}
