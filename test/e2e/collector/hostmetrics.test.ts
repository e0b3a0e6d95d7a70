import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AFTER, BEFORE } from '../../semconv/full-host.ts';
import { semconvPasses } from '../../semconv/semconv-pass.ts';
import { FIXTURES } from '../../semconv/test-hosts.ts';
import { createHostTree, openHost, openLocalHost } from '../../support/host-tree.ts';
import { eventually } from '../support/eventually.ts';
import { missingCollector } from './binary.ts';
import { BEYOND, NAMES, ownSeriesOf, type Series, seriesOf } from './hostmetrics-to-semconv.ts';
import { type RunningCollector, startReceiver } from './start-collector.ts';

// The Collector's own hostmetrics receiver and we read one machine.

const skip = missingCollector();

const on = (...metrics: readonly string[]) => ({
  metrics: Object.fromEntries(metrics.map((name) => [name, { enabled: true }])),
});

/** All that has to do with the conventions. */
const SCRAPERS = {
  cpu: on('system.cpu.frequency', 'system.cpu.logical.count', 'system.cpu.physical.count', 'system.cpu.utilization'),
  disk: on(),
  filesystem: on('system.filesystem.utilization'),
  load: on(),
  memory: on(
    'system.linux.memory.available',
    'system.memory.limit',
    'system.memory.utilization',
    'system.memory.linux.shared',
    ...['limit', 'page_size', 'reserved', 'surplus', 'usage', 'utilization'].map(
      (name) => `system.memory.linux.hugepages.${name}`,
    ),
  ),
  network: on(),
  paging: on('system.paging.utilization'),
  processes: on(),
  system: on(),
};

/** What a machine is recorded of that has no devices. */
const RECORDED = { cpu: SCRAPERS.cpu, load: SCRAPERS.load, memory: SCRAPERS.memory };

function startHostmetrics(settings: Readonly<Record<string, unknown>>): Promise<RunningCollector> {
  return startReceiver('hostmetrics', {
    collection_interval: '1s',
    initial_delay: '0s',
    scrapers: SCRAPERS,
    ...settings,
  });
}

/** What each of its scrapers says next: they write one after the other, and the first ones may be under way. */
async function nextOf(collector: RunningCollector, scrapers = Object.keys(SCRAPERS).length): Promise<Series> {
  const before = collector.written().length;
  const all = await eventually(
    async () => collector.written(),
    (written) => written.length >= before + 2 * scrapers,
  );
  return seriesOf([...new Map(all.map((written) => [written.scopeMetrics[0]?.scope?.name, written])).values()]);
}

interface Comparison {
  readonly agreeing: readonly string[];
  readonly differing: readonly string[];
  /** What only the receiver says. */
  readonly beyond: readonly string[];
}

/** Parts of a whole it rounds to as many digits as the whole has. */
const ROUNDING = 1e-9;

function compare(theirs: Series, ours: Series, isIgnored: (key: string) => boolean): Comparison {
  const [agreeing, differing, beyond]: string[][] = [[], [], []];
  for (const [key, value] of theirs) {
    if (isIgnored(key)) continue;
    const own = ours.get(key);
    if (own === undefined) beyond?.push(key);
    else if (Math.abs(own - value) <= ROUNDING) agreeing?.push(key);
    else differing?.push(`${key}: ${value} and not ${own}`);
  }
  return { agreeing: agreeing ?? [], differing: differing ?? [], beyond: beyond ?? [] };
}

function isBeyond(key: string): boolean {
  return BEYOND.some(([series]) => series.test(key));
}

function report(t: TestContext, { agreeing }: Comparison): void {
  const metrics = new Set(agreeing.map((key) => / (system[^{]*)\{/.exec(key)?.[1]));
  t.diagnostic(`${agreeing.length} series of ${metrics.size} metrics agree: ${[...metrics].sort().join(', ')}`);
  for (const [theirs, name] of Object.entries(NAMES)) {
    if (metrics.has(name)) t.diagnostic(`${name} is called ${theirs}`);
  }
}

/** What it reads from the machine it runs on whatever `root_path` says: the next test compares these. */
const ALWAYS_LIVE = / system\.(cpu\.(frequency|logical\.count|physical\.count)|paging\.u\w+|process\.count|uptime)\{/;

/** What we leave out and it does not, by our flags: partitions. */
const LEFT_OUT = / system\.disk\..*"sda1"/;

test('hostmetrics reads the same from a machine of files', { skip }, async (t) => {
  const disk = await mkdtemp('/dev/shm/machine-');
  t.after(() => rm(disk, { recursive: true }));
  await writeFile(join(disk, 'file'), 'x'.repeat(1_000_000));
  await using machine = await createHostTree({
    ...BEFORE,
    'proc/1/mountinfo':
      '22 1 8:2 / /data ro,relatime shared:2 - xfs /dev/sda2 rw\n' +
      '23 22 8:3 / /windows rw,relatime shared:3 - ntfs3 /dev/sda3 rw\n',
    data: { link: disk },
    windows: { link: disk },
  });
  const gather = semconvPasses(openHost(machine.root, { rootfs: machine.root }), []);
  const isIgnored = (key: string) => ALWAYS_LIVE.test(key) || LEFT_OUT.test(key) || isBeyond(key);
  await using collector = await startHostmetrics({ root_path: machine.root });

  await t.test('at one moment', async (t) => {
    // Its first reading has no change, and another program may use the memory that /dev/shm is in.
    const compared = await eventually(
      async () =>
        compare(await nextOf(collector), ownSeriesOf(await gather()), (key) => isIgnored(key) || isChange(key)),
      ({ differing }) => differing.length === 0,
    );
    assert.deepEqual([compared.differing, compared.beyond], [[], []]);
    report(t, compared);
  });

  await t.test('in the change from that moment to the next', async (t) => {
    await machine.write(AFTER);
    const ours = ownSeriesOf(await gather());
    const changes = await eventually(
      async () => collector.written().map((written) => seriesOf([written])),
      (all) => all.some(hasChange),
    );
    const theirs = changes.find(hasChange) ?? new Map();
    // Of a CPU that began again it says that it did nothing at all; we say nothing.
    const began = / system\.cpu\.utilization\{cpu\.logical_number="1"/;
    const compared = compare(theirs, ours, (key) => !isChange(key) || began.test(key));
    assert.deepEqual([compared.differing, compared.beyond], [[], []]);
    assert.equal(compared.agreeing.length, 2 * 7);
    report(t, compared);
  });
});

function isChange(key: string): boolean {
  return key.includes(' system.cpu.utilization{');
}

/** Without a change in the files it says 0 of all. */
function hasChange(series: Series): boolean {
  return [...series].some(([key, value]) => isChange(key) && value > 0);
}

test('hostmetrics reads the same from a recorded machine', { skip }, async (t) => {
  const root = join(FIXTURES, 'debian-12-vm');
  const ours = ownSeriesOf(await semconvPasses(openHost(root), [])());
  await using collector = await startHostmetrics({ root_path: root, scrapers: RECORDED });
  const theirs = await nextOf(collector, Object.keys(RECORDED).length);
  const compared = compare(theirs, ours, (key) => ALWAYS_LIVE.test(key) || isBeyond(key) || isChange(key));
  assert.deepEqual([compared.differing, compared.beyond], [[], []]);
  report(t, compared);
});

test('hostmetrics reads the same from this machine', { skip }, async (t) => {
  const gather = semconvPasses(openLocalHost(), []);
  await using collector = await startHostmetrics({});
  const isIgnored = (key: string) => isBeyond(key) || isChange(key) || LEFT_OUT_HERE.test(key);
  // A gauge that moves and comes back between two passes may have any value in between: then once more.
  const { moved, ...compared } = await eventually(
    async () => {
      const before = ownSeriesOf(await gather());
      const theirs = await nextOf(collector);
      const after = ownSeriesOf(await gather());
      const moved = [...theirs.keys()].filter((key) => before.get(key) !== after.get(key));
      const still = compare(theirs, after, (key) => isIgnored(key) || moved.includes(key));
      const judged = moved.filter((key) => GROWS.test(key) && !isIgnored(key));
      const isBetween = (key: string) => liesBetween(theirs.get(key), before.get(key), after.get(key));
      return {
        agreeing: [...still.agreeing, ...judged.filter(isBetween)],
        differing: [...still.differing, ...judged.filter((key) => !isBetween(key))],
        beyond: still.beyond,
        moved,
      };
    },
    // What comes or goes meanwhile only one of them has.
    ({ differing, beyond }) => differing.length + beyond.length === 0,
  );
  report(t, compared);
  t.diagnostic(
    `${moved.length} series moved meanwhile, those that only grow from what we said before to what we said after`,
  );
  // What it says of this machine only, and what does not move on any.
  for (const name of ['system.cpu.logical.count', 'system.cpu.physical.count', 'system.uptime']) {
    assert.ok(
      compared.agreeing.some((key) => key.includes(` ${name}{`)),
      name,
    );
  }
});

/** Our flags leave out other devices and mounts than its own settings do. */
const LEFT_OUT_HERE = / system\.(disk|filesystem)\..*"(?:loop|z?ram|\w+\d+"|\/)/;

const GROWS = /^counter | system\.uptime\{/;

/** Its uptime is in whole seconds, and a second that has begun counts. */
function liesBetween(value = Number.NaN, before = Number.NaN, after = Number.NaN): boolean {
  return before - ROUNDING <= value && value <= Math.ceil(after);
}
