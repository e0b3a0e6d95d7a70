import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { SelfMetrics } from '../../src/collection/pass.ts';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Host, KernelTree } from '../../src/host/host.ts';
import type { Sample } from '../../src/metrics/metric.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { processMetrics } from '../../src/self/process.ts';
import { hostAt } from '../support/machine.ts';

export const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The recorded machines. */
export function machines(): string[] {
  const entries = readdirSync(FIXTURES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Gathers what the conventions say of a host, with the collectors that run by default, and of this process. */
export function conventionsOf(
  host: Host,
  selfMetrics: readonly SelfMetrics[] = [processMetrics(new KernelTree('/proc/self'))],
): () => Promise<readonly FamilySamples[]> {
  const { collectors, flagValues } = readConfig({ argv: [], env: {}, definitions });
  const gatherer = new Gatherer({
    host,
    collectors: collectors.map((definition) => definition.create(flagValues)),
    selfMetrics,
    observe: () => undefined,
  });
  return async () => {
    const { families } = await gatherer.gather({ convention: 'semconv', deadline: performance.now() + 60_000 });
    return families;
  };
}

export function recorded(name: string): Host {
  return hostAt(join(FIXTURES, name));
}

/** A machine made for a test, in a folder of its own. */
export async function generated(
  write: (root: string) => Promise<void>,
): Promise<AsyncDisposable & { readonly root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'));
  await write(root);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/** One line for each family and each point. */
export function textOf(readings: readonly FamilySamples[]): string {
  const lines = readings.flatMap(({ family, samples }) => [
    `# ${family.name} ${family.type} ${family.unit}`,
    ...[...samples].map((sample) => `${family.name}${pointText(sample)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function pointText({ value, labels, startTime }: Sample): string {
  const attributes = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return `{${attributes.join()}} ${value}${startTime === undefined ? '' : ` since ${startTime}`}`;
}
