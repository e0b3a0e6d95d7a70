import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import type { CollectorResult } from '../../../src/collection/pass.ts';
import { collectors as definitions } from '../../../src/collectors/index.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';
import { serverFiles } from './server.ts';

const DEADLINE_MS = 20_000;

/** Collectors that read no files, or whose series change without damage because of the clock or the disk of the test. */
const EXCLUDED: ReadonlySet<string> = new Set([
  'containers',
  'container-pids',
  'filesystem',
  'logind',
  'ntp',
  'systemd',
]);

export interface Collected {
  readonly state: CollectorResult['state'];
  readonly errors: readonly string[];
  /** Values by family and labels. */
  readonly series: ReadonlyMap<string, number>;
}

/** A host with files for nearly all collectors. Tests damage these files. */
export interface Server extends AsyncDisposable {
  /** The paths of all files. */
  readonly files: readonly string[];
  /** Runs each collector once. Returns the results by name of the collector. */
  collect(): Promise<ReadonlyMap<string, Collected>>;
}

export async function createServer(): Promise<Server> {
  const tree = await createHostTree(serverFiles(0));
  const files = Object.entries(serverFiles(0)).flatMap(([path, content]) =>
    typeof content === 'string' && !path.endsWith('/') ? [join(tree.root, path)] : [],
  );
  return { files, collect: () => collectAll(tree), [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]() };
}

async function collectAll({ host, root }: HostTree): Promise<ReadonlyMap<string, Collected>> {
  const { collectors, flagValues } = readConfig({
    argv: [
      ...definitions.map(({ name }) => (EXCLUDED.has(name) ? `--no-collector.${name}` : `--collector.${name}`)),
      '--collector.bcache.priorityStats',
      '--collector.sysctl.include=kernel.threads-max',
      `--collector.textfile.directory=${root}/textfile`,
    ],
    env: {},
    definitions,
  });
  const gatherer = new Gatherer({
    host,
    collectors: collectors.map((definition) => definition.create(flagValues)),
    selfMetrics: [],
    observe: () => undefined,
  });
  const { results } = await gatherer.gather({ deadline: performance.now() + DEADLINE_MS });
  return new Map(results.map((result) => [result.collector, toCollected(result)]));
}

function toCollected({ state, errors, families }: CollectorResult): Collected {
  const messages = errors.map(({ message }) => message);
  assert.equal(
    messages.find((message) => message.startsWith('Cannot finish')),
    undefined,
  );
  const series = new Map<string, number>();
  for (const { family, samples } of families) {
    // Skip the modification time: it changes when the test restores a damaged file.
    if (family.name === 'node_textfile_mtime_seconds') continue;
    for (const { value, labels } of samples) {
      assert.ok(typeof value === 'number' && Number.isFinite(value), `${family.name} is ${value}`);
      series.set(`${family.name} ${JSON.stringify(labels)}`, value);
    }
  }
  return { state, errors: messages, series };
}
