import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceMetrics } from '../../support/otlp-json.ts';
import { freePort } from '../support/free-port.ts';
import { kill, run, waitForOutput } from '../support/program.ts';
import { COLLECTOR } from './binary.ts';

/** The configuration of a route, as users run it. */
export function routePath(name: string): string {
  return join(import.meta.dirname, '../../../otel', name);
}

/** What every route takes from the environment, with nobody there to send to. */
export const ENVIRONMENT = {
  SCRAPE_TARGET: '127.0.0.1:1',
  SCRAPE_INTERVAL: '1s',
  OTLP_ENDPOINT: 'http://127.0.0.1:1',
  REMOTE_WRITE_ENDPOINT: 'http://127.0.0.1:1/api/v1/write',
  NODE_NAME: 'node-1',
};

export interface RunningCollector extends AsyncDisposable {
  /** What has come out so far, oldest first. */
  written(): readonly ResourceMetrics[];
  output(): string;
  /** Ends it as an operator does: what it has taken is written first. */
  stop(): Promise<void>;
}

/**
 * Runs a route's own file with all it says, but what goes out goes into a file.
 *
 * @param settings what else has to differ here, such as ports
 */
export async function startCollector(
  route: string,
  environment: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RunningCollector> {
  const health = { HEALTH_ADDRESS: `127.0.0.1:${await freePort()}` };
  return runCollector([routePath(route)], { ...ENVIRONMENT, ...health, ...environment }, settings);
}

/** Runs a receiver, and what it says goes into a file. */
export function startReceiver(name: string, settings: Readonly<Record<string, unknown>>): Promise<RunningCollector> {
  const service = { pipelines: { metrics: { receivers: [name] } } };
  return runCollector([], {}, { receivers: { [name]: settings }, service });
}

async function runCollector(
  configurations: readonly string[],
  environment: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<RunningCollector> {
  const directory = await mkdtemp(join(tmpdir(), 'collector-'));
  const [file, own, output] = ['written.json', 'settings.yaml', 'output.yaml'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(own, JSON.stringify(settings));
  await writeFile(output, JSON.stringify(writeInto(file)));
  const all = [...configurations, own, output].map((path) => `--config=${path}`);
  const started = run(COLLECTOR, all, { ...process.env, ...environment });
  await waitForOutput(started, /Everything is ready/);
  return {
    written: () => (existsSync(file) ? readLines(readFileSync(file, 'utf8')) : []),
    output: started.output,
    async stop() {
      started.child.kill('SIGTERM');
      await started.ended;
    },
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(directory, { recursive: true });
    },
  };
}

/** What it warns of, but for scrapes that took too long: a machine may be busy. */
export function warningsOf({ output }: Pick<RunningCollector, 'output'>): readonly string[] {
  const complaints = output()
    .split('\n')
    .filter((line) => /\t(warn|error)\t/.test(line));
  return complaints.filter((line) => !line.includes('Failed to scrape'));
}

function writeInto(path: string): Readonly<Record<string, unknown>> {
  return {
    exporters: { file: { path, flush_interval: '100ms' } },
    // Its own metrics would take a port that everybody takes.
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { metrics: { exporters: ['file'] } } },
  };
}

/** The last line may be half written. */
function readLines(text: string): ResourceMetrics[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line) => (JSON.parse(line) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics);
}
