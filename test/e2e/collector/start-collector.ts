import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceMetrics } from '../../support/otlp-json.ts';
import { freePort } from '../support/free-port.ts';
import { kill, run, waitForOutput } from '../support/program.ts';
import { COLLECTOR } from './binary.ts';

/** Returns the path of a configuration file in `otel/`. The tests call such a file a route. */
export function routePath(name: string): string {
  return join(import.meta.dirname, '../../../otel', name);
}

/** Environment variables that the routes read. No program listens at the addresses. */
export const ENVIRONMENT = {
  SCRAPE_TARGET: '127.0.0.1:1',
  SCRAPE_INTERVAL: '1s',
  OTLP_ENDPOINT: 'http://127.0.0.1:1',
  REMOTE_WRITE_ENDPOINT: 'http://127.0.0.1:1/api/v1/write',
  NODE_NAME: 'node-1',
};

export interface RunningCollector extends AsyncDisposable {
  /** Returns the exported metrics up to now, oldest first. */
  written(): readonly ResourceMetrics[];
  output(): string;
  /** Stops the Collector with SIGTERM. Before it exits, the Collector writes the metrics that it has accepted. */
  stop(): Promise<void>;
}

/**
 * Starts a Collector with the configuration of a route. An exporter that writes to a file replaces the exporters of the
 * route.
 *
 * @param settings settings that replace those of the route, such as ports
 */
export async function startCollector(
  route: string,
  environment: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RunningCollector> {
  const health = { HEALTH_ADDRESS: `127.0.0.1:${await freePort()}` };
  return runCollector([routePath(route)], { ...ENVIRONMENT, ...health, ...environment }, settings);
}

/** Starts a Collector with one receiver, whose metrics go to a file. */
export function startCollectorReceiver(
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<RunningCollector> {
  const service = { pipelines: { metrics: { receivers: [name] } } };
  return runCollector([], {}, { receivers: { [name]: settings }, service });
}

async function runCollector(
  configurations: readonly string[],
  environment: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<RunningCollector> {
  const directory = await mkdtemp(join(tmpdir(), 'collector-'));
  const [file, overrides, output] = ['written.json', 'settings.yaml', 'output.yaml'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  await writeFile(overrides, JSON.stringify(settings));
  await writeFile(output, JSON.stringify(exportToFile(file)));
  const flags = [...configurations, overrides, output].map((path) => `--config=${path}`);
  const started = run(COLLECTOR, flags, { ...process.env, ...environment });
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

/**
 * Returns the warnings and errors in the log. Warnings about failed scrapes are left out, because a busy host may cause
 * them.
 */
export function warningsOf({ output }: Pick<RunningCollector, 'output'>): readonly string[] {
  const lines = output()
    .split('\n')
    .filter((line) => /\t(warn|error)\t/.test(line));
  return lines.filter((line) => !line.includes('Failed to scrape'));
}

function exportToFile(path: string): Readonly<Record<string, unknown>> {
  return {
    exporters: { file: { path, flush_interval: '100ms' } },
    // Disable the Collector's own metrics: its server for them uses a fixed port.
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { metrics: { exporters: ['file'] } } },
  };
}

/** Parses the complete lines. The last line may be incomplete. */
function readLines(text: string): ResourceMetrics[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line) => (JSON.parse(line) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics);
}
