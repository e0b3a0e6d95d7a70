import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { COMPARED_METRICS } from '../../../docs/hostmetrics.ts';
import { AFTER, BEFORE } from '../../semconv/full-host.ts';
import { numberTypesOf } from '../../semconv/number-types.ts';
import { semconvPasses } from '../../semconv/semconv-pass.ts';
import { FIXTURES } from '../../semconv/test-hosts.ts';
import { createHostTree, openHost, openLocalHost } from '../../support/host-tree.ts';
import { typeOf } from '../../support/otlp-json.ts';
import { eventually } from '../support/eventually.ts';
import { missingCollector } from './binary.ts';
import { exporterSeriesOf, NAMES, type Series, seriesOf, UNSUPPORTED } from './hostmetrics-to-semconv.ts';
import { type RunningCollector, startCollectorReceiver } from './start-collector.ts';

// These tests compare the exporter with the Collector's hostmetrics receiver on the same host.

const skip = missingCollector();

const enable = (...metrics: readonly string[]) => ({
  metrics: Object.fromEntries(metrics.map((name) => [name, { enabled: true }])),
});

/** Settings of metrics that have one series for all CPUs by default. */
const PER_CPU = { enabled: true, attributes: ['cpu', 'state'] };

/** The scrapers whose metrics are in the semantic conventions. */
const SCRAPERS = {
  cpu: {
    metrics: {
      ...enable('system.cpu.frequency', 'system.cpu.physical.count').metrics,
      'system.cpu.time': PER_CPU,
      'system.cpu.utilization': PER_CPU,
    },
  },
  disk: enable(),
  filesystem: enable('system.filesystem.utilization'),
  load: enable(),
  memory: enable(
    'system.linux.memory.available',
    'system.linux.memory.dirty',
    'system.memory.page_size',
    'system.memory.limit',
    'system.memory.utilization',
    'system.memory.linux.shared',
    ...['limit', 'page_size', 'reserved', 'surplus', 'usage', 'utilization'].map(
      (name) => `system.memory.linux.hugepages.${name}`,
    ),
  ),
  network: enable(),
  paging: enable('system.paging.utilization'),
  processes: enable(),
  system: enable(),
};

/** Metrics that only a host with connection tracking has. The generated host has them. */
const CONNTRACK = enable('system.network.conntrack.count', 'system.network.conntrack.max');

/** The scrapers that can read a recorded host, which has no devices. */
const RECORDED_SCRAPERS = { cpu: SCRAPERS.cpu, load: SCRAPERS.load, memory: SCRAPERS.memory };

function startHostmetrics(settings: Readonly<Record<string, unknown>>): Promise<RunningCollector> {
  return startCollectorReceiver('hostmetrics', {
    collection_interval: '1s',
    initial_delay: '0s',
    scrapers: SCRAPERS,
    ...settings,
  });
}

/**
 * Waits until each scraper has exported twice, and returns the last exports. The first export may have started before this
 * call.
 */
async function nextSeries(collector: RunningCollector, scrapers = Object.keys(SCRAPERS).length): Promise<Series> {
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
  /** Series that only the receiver has. */
  readonly missing: readonly string[];
}

/** Rounding in the receiver causes differences up to this value. */
const TOLERANCE = 1e-9;

function compare(expected: Series, actual: Series, isIgnored: (key: string) => boolean): Comparison {
  const agreeing: string[] = [];
  const differing: string[] = [];
  const missing: string[] = [];
  for (const [key, value] of expected) {
    if (isIgnored(key)) continue;
    const reading = actual.get(key);
    if (reading === undefined) missing.push(key);
    else if (Math.abs(reading - value) <= TOLERANCE) agreeing.push(key);
    else differing.push(`${key}: expected ${value}, got ${reading}`);
  }
  return { agreeing, differing, missing };
}

function isUnsupported(key: string): boolean {
  return UNSUPPORTED.some(([series]) => series.test(key));
}

function report(t: TestContext, { agreeing }: Comparison): void {
  const metrics = new Set(agreeing.map((key) => / (system[^{]*)\{/.exec(key)?.[1]));
  t.diagnostic(`${agreeing.length} series of ${metrics.size} metrics agree: ${[...metrics].sort().join(', ')}`);
  for (const [receiverName, name] of Object.entries(NAMES)) {
    if (metrics.has(name)) t.diagnostic(`The receiver calls ${name} ${receiverName}`);
  }
}

/** Metrics that the receiver always reads from the live host, even if `root_path` is set. The last test compares them. */
const ALWAYS_LIVE = / system\.(cpu\.(frequency|logical\.count|physical\.count)|paging\.u\w+|process\.count|uptime)\{/;

/** Partitions, which the default flags of the exporter exclude. */
const EXCLUDED = / system\.disk\..*"sda1"/;

test('the exporter and hostmetrics read the same values from a host tree', { skip }, async (t) => {
  const disk = await mkdtemp('/dev/shm/host-');
  t.after(() => rm(disk, { recursive: true }));
  await writeFile(join(disk, 'file'), 'x'.repeat(1_000_000));
  await using tree = await createHostTree({
    ...BEFORE,
    'proc/1/mountinfo':
      '22 1 8:2 / /data ro,relatime shared:2 - xfs /dev/sda2 rw\n' +
      '23 22 8:3 / /windows rw,relatime shared:3 - ntfs3 /dev/sda3 rw\n',
    data: { link: disk },
    windows: { link: disk },
  });
  const gather = semconvPasses(openHost(tree.root, { rootfs: tree.root }), []);
  const isIgnored = (key: string) => ALWAYS_LIVE.test(key) || EXCLUDED.test(key) || isUnsupported(key);
  await using collector = await startHostmetrics({
    root_path: tree.root,
    scrapers: { ...SCRAPERS, network: CONNTRACK },
  });

  await t.test('in one pass', async (t) => {
    // Leave out the utilization, which needs two readings. Repeat a failed comparison, because other programs change the
    // usage of /dev/shm.
    const compared = await eventually(
      async () =>
        compare(
          await nextSeries(collector),
          exporterSeriesOf(await gather()),
          (key) => isIgnored(key) || isUtilization(key),
        ),
      ({ differing }) => differing.length === 0,
    );
    assert.deepEqual([compared.differing, compared.missing], [[], []]);
    report(t, compared);
  });

  await t.test('in the utilization between two passes', async (t) => {
    await tree.write(AFTER);
    const actual = exporterSeriesOf(await gather());
    const changes = await eventually(
      async () => collector.written().map((written) => seriesOf([written])),
      (all) => all.some(hasUtilization),
    );
    const expected = changes.find(hasUtilization) ?? new Map();
    // The counters of CPU 1 restart. For this CPU the receiver reports 0, and the exporter reports no utilization.
    const restarted = / system\.cpu\.utilization\{cpu\.logical_number="1"/;
    const compared = compare(expected, actual, (key) => !isUtilization(key) || restarted.test(key));
    assert.deepEqual([compared.differing, compared.missing], [[], []]);
    assert.equal(compared.agreeing.length, 2 * 7);
    report(t, compared);
  });
});

function isUtilization(key: string): boolean {
  return key.includes(' system.cpu.utilization{');
}

/** Returns whether a mode has a utilization above 0. The receiver reports 0 for all modes until the files change. */
function hasUtilization(series: Series): boolean {
  return [...series].some(([key, value]) => isUtilization(key) && value > 0);
}

test('the exporter and hostmetrics read the same values from a recorded host', { skip }, async (t) => {
  const root = join(FIXTURES, 'debian-12-vm');
  const actual = exporterSeriesOf(await semconvPasses(openHost(root), [])());
  await using collector = await startHostmetrics({ root_path: root, scrapers: RECORDED_SCRAPERS });
  const expected = await nextSeries(collector, Object.keys(RECORDED_SCRAPERS).length);
  const compared = compare(
    expected,
    actual,
    (key) => ALWAYS_LIVE.test(key) || isUnsupported(key) || isUtilization(key),
  );
  assert.deepEqual([compared.differing, compared.missing], [[], []]);
  report(t, compared);
});

test('the exporter and hostmetrics read the same values from this host', { skip }, async (t) => {
  const gather = semconvPasses(openLocalHost(), []);
  await using collector = await startHostmetrics({});
  const isIgnored = (key: string) => isUnsupported(key) || isUtilization(key) || EXCLUDED_LIVE.test(key);
  // Repeat a failed comparison: a gauge may change between the two passes and then return to its first value.
  const { changed, ...compared } = await eventually(
    async () => {
      const before = exporterSeriesOf(await gather());
      const expected = await nextSeries(collector);
      const after = exporterSeriesOf(await gather());
      const changed = [...expected.keys()].filter((key) => before.get(key) !== after.get(key));
      const unchanged = compare(expected, after, (key) => isIgnored(key) || changed.includes(key));
      const growing = changed.filter((key) => MONOTONIC.test(key) && !isIgnored(key));
      const isBetween = (key: string) => liesBetween(expected.get(key), before.get(key), after.get(key));
      return {
        agreeing: [...unchanged.agreeing, ...growing.filter(isBetween)],
        differing: [...unchanged.differing, ...growing.filter((key) => !isBetween(key))],
        missing: unchanged.missing,
        changed,
      };
    },
    // A device or connection may appear or disappear between the readings, and then the comparison is repeated.
    ({ differing, missing }) => differing.length + missing.length === 0,
  );
  report(t, compared);
  t.diagnostic(
    `${changed.length} series changed; the monotonic ones are between the values of the exporter before and after`,
  );
  // Only a live host has these metrics.
  for (const name of ['system.cpu.logical.count', 'system.cpu.physical.count', 'system.uptime']) {
    assert.ok(
      compared.agreeing.some((key) => key.includes(` ${name}{`)),
      name,
    );
  }
});

/** Devices and mount points that the default flags of the exporter exclude and the receiver includes. */
const EXCLUDED_LIVE = / system\.(disk|filesystem)\..*"(?:loop|z?ram|\w+\d+"|\/)/;

const MONOTONIC = /^counter | system\.uptime\{/;

/**
 * Returns whether a value is between two other values. The receiver rounds the uptime up to whole seconds, so `after` is
 * rounded up too.
 */
function liesBetween(value = Number.NaN, before = Number.NaN, after = Number.NaN): boolean {
  return before - TOLERANCE <= value && value <= Math.ceil(after);
}

/** Names of all metrics of the receiver by scraper. Metrics behind a feature gate are left out. */
const ALL_METRICS = Map.groupBy(
  COMPARED_METRICS.filter(({ receiverName }) => !receiverName.includes('@')),
  ({ scraper }) => scraper,
);

test('the receiver emits the metrics of docs/receiver-metrics.ts, with these instruments, number types and units', {
  skip,
}, async (t) => {
  const expected = new Map(
    COMPARED_METRICS.map(({ receiverName, receiver: { instrument, value, unit } }) => [
      receiverName,
      `${instrument === 'updowncounter' ? 'non-monotonic sum' : instrument} ${value} ${unit}`,
    ]),
  );
  const scrapers = Object.fromEntries(
    [...ALL_METRICS].map(([scraper, metrics]) => [scraper, enable(...metrics.map(({ receiverName }) => receiverName))]),
  );
  await using collector = await startHostmetrics({ scrapers });
  // Connection tracking and NFS may be absent on this host, and no host has all metrics of processes.
  const always = ['cpu', 'disk', 'filesystem', 'load', 'memory', 'network', 'paging', 'process', 'processes', 'system'];
  const metrics = await eventually(
    async () => collector.written().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
    (written) => always.every((scraper) => written.some(({ name }) => isOfScraper(name, scraper))),
  );
  const actual = new Map(
    metrics.map((metric) => [metric.name, `${typeOf(metric)} ${numberTypesOf(metric).join()} ${metric.unit ?? ''}`]),
  );
  assert.deepEqual(
    [...actual].filter(([name, text]) => expected.get(name) !== text),
    [],
  );
  t.diagnostic(`${actual.size} of ${expected.size} metrics of the receiver exist on this host`);
  assert.ok(actual.size >= 45, `${[...actual.keys()].sort()}`);
});

function isOfScraper(name: string, scraper: string): boolean {
  return ALL_METRICS.get(scraper)?.some(({ receiverName }) => receiverName === name) === true;
}
