/** Compares two equal collectors: one is custom, the other is built-in. Then measures the increments of a counter. */
import { cpuUsage } from 'node:process';
import type { Collector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { type CustomCollector, withValidation } from '../../src/custom/custom-collector.ts';
import { PrometheusOutput } from '../../src/export/prometheus/output.ts';
import { counter, gauge as customGauge } from '../../src/index.ts';
import { type Emit, type Family, gauge } from '../../src/metrics/metric.ts';
import { openLocalHost } from '../support/host-tree.ts';
import { NAMING } from '../support/naming.ts';
import { printMetric, quantile } from './report.ts';

const DEVICES = 500;
const FAMILIES = 10;
const SERIES = DEVICES * FAMILIES;
const WARMUP = 100;
const ROUNDS = 500;
const INCREMENTS = 10_000;
const LABELS = ['device', 'mode'] as const;

type DeviceFamily = Family<(typeof LABELS)[number], 'gauge'>;
type LabelsOf = (index: number) => Readonly<Record<(typeof LABELS)[number], string>>;

/** Returns new labels in each pass. */
const createLabels: LabelsOf = (index) => ({ device: `device${index}`, mode: 'read' });

/**
 * Returns a function that returns the same labels in each pass. Collectors with many series cache their labels in this
 * way.
 */
function reuseLabels(): LabelsOf {
  const labels = Array.from({ length: DEVICES }, (_, index) => Object.freeze(createLabels(index)));
  return (index) => labels[index] ?? createLabels(index);
}

export async function measureModules(): Promise<void> {
  const numbers = Array.from({ length: FAMILIES }, (_, index) => index);
  const builtIn = numbers.map((index) => gauge(`node_bench_${index}`, 'A value.', LABELS));
  const custom = numbers.map((index) => customGauge(`custom_bench_${index}`, 'A value.', LABELS));
  const scrapes = {
    'built-in collector, new labels': createScrape(createCollector(builtIn, createLabels)),
    'built-in collector, reused labels': createScrape(createCollector(builtIn, reuseLabels())),
    'custom collector, new labels': createScrape(withValidation(createCollector(custom, createLabels))),
    'custom collector, reused labels': createScrape(withValidation(createCollector(custom, reuseLabels()))),
  };
  const cpuMicroseconds = new Map(Object.keys(scrapes).map((name) => [name, [] as number[]]));
  // The collectors take turns, so that other programs on the host slow down all collectors equally.
  for (let round = -WARMUP; round < ROUNDS; round += 1) {
    for (const [name, scrape] of Object.entries(scrapes)) {
      const before = cpuUsage();
      await scrape();
      const { user, system } = cpuUsage(before);
      if (round >= 0) cpuMicroseconds.get(name)?.push(user + system);
    }
  }
  for (const [name, times] of cpuMicroseconds) {
    const nanoseconds = (quantile(times, 0.5) * 1000) / SERIES;
    printMetric(`CPU time per series, ${name}`, nanoseconds, 'ns', `${ROUNDS} scrapes of ${SERIES} series`);
  }
  measureCounter();
}

function createCollector(families: readonly DeviceFamily[], labelsOf: LabelsOf): Collector & CustomCollector {
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
  const output = new PrometheusOutput({ gatherer, resource: {}, naming: NAMING });
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
  printMetric(`${INCREMENTS} increments of a labelled counter, median`, quantile(times, 0.5), 'ms', `${ROUNDS} rounds`);
}
