/** What a collector of one's own costs beside the same one among ours, and what a counter costs that a program increments. */
import { cpuUsage } from 'node:process';
import type { Collector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { checkedCollector } from '../../src/custom/custom-collector.ts';
import { PrometheusOutput } from '../../src/export/prometheus/scrape.ts';
import { counter, gauge as ownGauge } from '../../src/index.ts';
import { type Emit, type Family, gauge } from '../../src/metrics/metric.ts';
import { openLocalHost } from '../support/host-tree.ts';
import { print, quantile } from './report.ts';

const DEVICES = 500;
const FAMILIES = 10;
const SERIES = DEVICES * FAMILIES;
const WARMUP = 100;
const ROUNDS = 500;
const INCREMENTS = 10_000;
const LABELS = ['device', 'mode'] as const;

type OfDevice = Family<(typeof LABELS)[number], 'gauge'>;
type LabelsOf = (index: number) => Readonly<Record<(typeof LABELS)[number], string>>;

/** Made anew in each pass, as a collector does that keeps nothing. */
const anew: LabelsOf = (index) => ({ device: `device${index}`, mode: 'read' });

/** Made once, as our collectors of many series do. */
function once(): LabelsOf {
  const kept = Array.from({ length: DEVICES }, (_, index) => Object.freeze(anew(index)));
  return (index) => kept[index] ?? anew(index);
}

export async function measureModules(): Promise<void> {
  const numbers = Array.from({ length: FAMILIES }, (_, index) => index);
  const builtIn = numbers.map((index) => gauge(`node_bench_${index}`, 'A value.', LABELS));
  const own = numbers.map((index) => ownGauge(`own_bench_${index}`, 'A value.', LABELS));
  const programs = {
    'a collector of ours, labels made anew': createScrape(collectorOf(builtIn, anew)),
    'a collector of ours, labels made once': createScrape(collectorOf(builtIn, once())),
    'a module, labels made anew': createScrape(checkedCollector(collectorOf(own, anew))),
    'a module, labels made once': createScrape(checkedCollector(collectorOf(own, once()))),
  };
  const costs = new Map(Object.keys(programs).map((name) => [name, [] as number[]]));
  // In turns, so that a slow moment of the machine slows all.
  for (let round = -WARMUP; round < ROUNDS; round += 1) {
    for (const [name, scrape] of Object.entries(programs)) {
      const before = cpuUsage();
      await scrape();
      const { user, system } = cpuUsage(before);
      if (round >= 0) costs.get(name)?.push(user + system);
    }
  }
  for (const [name, all] of costs) {
    print(`CPU per series, ${name}`, (quantile(all, 0.5) * 1000) / SERIES, 'ns', `${SERIES} series, ${ROUNDS} passes`);
  }
  measureCounter();
}

function collectorOf(families: readonly OfDevice[], labelsOf: LabelsOf): Collector {
  return {
    name: 'bench',
    families,
    collect(_host, emit: Emit) {
      for (let index = 0; index < DEVICES; index += 1) {
        const labels = labelsOf(index);
        for (const family of families) emit(family, index, labels);
      }
    },
  };
}

function createScrape(collector: Collector): () => Promise<unknown> {
  const gatherer = new Gatherer({
    host: openLocalHost(),
    collectors: [collector],
    selfMetrics: [],
    observe: () => undefined,
  });
  const output = new PrometheusOutput({ gatherer, resource: {}, version: '', namespace: 'node', scopeInfo: false });
  return () => output.scrape({ deadline: performance.now() + 60_000 });
}

function measureCounter(): void {
  const requests = counter('requests_total', 'Requests.', ['code', 'method']);
  const codes = ['200', '301', '404', '500'];
  const times: number[] = [];
  for (let round = -WARMUP; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    for (let index = 0; index < INCREMENTS; index += 1) requests.inc({ code: codes[index % 4] ?? '', method: 'get' });
    if (round >= 0) times.push(performance.now() - startedAt);
  }
  print(
    `${INCREMENTS} increments of a labelled counter, median`,
    quantile(times, 0.5),
    'ms',
    `${ROUNDS} times, once compiled`,
  );
}
