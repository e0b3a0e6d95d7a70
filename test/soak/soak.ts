import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MeasuredServer } from '../bench/measured-server.ts';
import { startSink } from '../bench/otlp.ts';
import { ChangingHost } from './changing-host.ts';
import { FAST_DIRECTORY } from './memory-directory.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
/** Pushes between scrapes: one for each 5 to 20 scrapes. */
const PUSH_INTERVAL_MS = 100;

/** The state of the exporter after some scrapes. */
export interface SoakWindow {
  /** Number of scrapes at the end of the window. */
  readonly scrapes: number;
  /**
   * Smallest resident memory of all samples in the window, in MiB. Between two garbage collections the memory grows; the
   * smallest sample is one soon after a collection, so that two windows can be compared.
   */
  readonly residentMiB: number;
  /** Smallest size of the JavaScript heap of all samples in the window, in MiB. A leak of objects shows here first. */
  readonly heapMiB: number;
  readonly descriptors: number;
  readonly threads: number;
}

export interface SoakResult {
  readonly windows: readonly SoakWindow[];
  readonly seconds: number;
  readonly pushes: number;
  /** Number of series in the last scrape. */
  readonly series: number;
}

export interface SoakOptions {
  readonly scrapes: number;
  readonly scrapesPerWindow: number;
  readonly onWindow?: (window: SoakWindow) => void;
  /** Arguments of Node.js before the program. */
  readonly nodeArguments?: readonly string[];
}

/**
 * Scrapes the built program, which also pushes, while the host changes before each scrape. The program runs without pauses,
 * so that a leak of one object for each scrape shows soon.
 */
export async function soak({
  scrapes,
  scrapesPerWindow,
  onWindow,
  nodeArguments = [],
}: SoakOptions): Promise<SoakResult> {
  const root = await mkdtemp(join(FAST_DIRECTORY, 'soak-'));
  try {
    const host = new ChangingHost(root);
    using sink = await startSink(200);
    const push = [`--otlp.endpoint=${sink.url}`, `--otlp.interval=${PUSH_INTERVAL_MS}ms`];
    const { server } = await MeasuredServer.start('otel-node-exporter', process.execPath, (address) => [
      ...[...nodeArguments, PROGRAM, `--web.listen-address=${address}`, '--log.level=error'],
      ...[...host.flags, ...push],
    ]);
    await using exporter = server;
    const startedAt = performance.now();
    const windows: SoakWindow[] = [];
    let [text, samples]: [string, SoakWindow[]] = ['', []];
    for (let done = 1; done <= scrapes; done += 1) {
      host.step();
      text = await exporter.scrape();
      const { residentMiB, descriptors, threads } = exporter;
      samples.push({ scrapes: done, residentMiB, heapMiB: heapMiBIn(text), descriptors, threads });
      if (done % scrapesPerWindow !== 0) continue;
      const window = {
        scrapes: done,
        residentMiB: Math.min(...samples.map((sample) => sample.residentMiB)),
        heapMiB: Math.min(...samples.map((sample) => sample.heapMiB)),
        descriptors: Math.max(...samples.map((sample) => sample.descriptors)),
        threads: Math.max(...samples.map((sample) => sample.threads)),
      };
      windows.push(window);
      onWindow?.(window);
      samples = [];
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const series = text.split('\n').filter((line) => /^[^#]/.test(line)).length;
    return { windows, seconds, pushes: sink.pushes, series };
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Returns the size of the JavaScript heap that the exporter reports about itself. */
function heapMiBIn(text: string): number {
  return Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20;
}
