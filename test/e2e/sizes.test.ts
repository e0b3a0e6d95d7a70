import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import type { Attack } from '../attack/attack.ts';
import { longLabels, nestedState, userCgroups } from '../attack/sizes.ts';
import { writeContainerHost } from '../bench/container-host.ts';
import { getText, startProgram } from './support/program.ts';
import { createTempDirectory } from './support/temp-directory.ts';

interface Attacked {
  /** Text of the second scrape. */
  readonly page: string;
  readonly info: string;
  readonly output: string;
}

/** Starts the program on the host of an attack. */
async function attack(
  { containers = 0, prepare, flags = [] }: Attack,
  more: readonly string[] = [],
): Promise<Attacked> {
  await using directory = await createTempDirectory({});
  const { path } = directory;
  writeContainerHost(path, containers);
  await mkdir(`${path}/root`, { recursive: true });
  prepare?.(path);
  const roots = ['proc', 'sys', 'root'].map((name) => `--path.${name}fs=${path}/${name}`);
  await using program = await startProgram([
    '--collector.disable-defaults',
    '--collector.containers',
    ...roots,
    ...flags,
    ...more,
  ]);
  await getText(`${program.url}/metrics`);
  const [page, info] = [await getText(`${program.url}/metrics`), await getText(`${program.url}/info/containers`)];
  return { page, info, output: program.output() };
}

function exceededOf(page: string, limit: string): number {
  return Number(new RegExp(`^node_exporter_limit_exceeded_total\\{limit="${limit}"\\} (\\d+)$`, 'm').exec(page)?.[1]);
}

function countSeries(page: string, pattern: RegExp): number {
  return page.match(pattern)?.length ?? 0;
}

test('labels of containers of any length are cut, and stay different', async () => {
  const { page, info, output } = await attack(longLabels, ['--metrics.max-label-bytes=200']);
  const names = new Set(
    [...page.matchAll(/^container_last_seen\{.* ?container="(n+…[0-9a-f]{16})"/gm)].map(([, name]) => name),
  );
  assert.equal(names.size, 20);
  for (const name of names) assert.equal(Buffer.byteLength(name ?? ''), 200);
  assert.equal(countSeries(page, /^container_info\{.*container_label_team="(\\"\\n)+(\\")?…[0-9a-f]{16}"\} 1$/gm), 20);
  assert.ok(page.length < 2 ** 20, `${page.length} bytes`);
  assert.ok(info.length < 2 ** 20, `${info.length} bytes`);
  assert.ok(exceededOf(page, 'label_bytes') > 0);
  assert.equal(countSeries(output, /level=warn msg="Cutting label values/g), 1);
});

test('state files of brackets cost only the metadata that they contain', async () => {
  const { page, output } = await attack(nestedState);
  assert.equal(countSeries(page, /^container_last_seen\{/gm), 20);
  assert.match(output, /config\.json: (expected at most 50000 values|larger than \d+ bytes)/);
});

test('hundreds of cgroups of a user displace no container of the system', async () => {
  const { page, output } = await attack(userCgroups(300), ['--containers.max=50']);
  assert.equal(countSeries(page, /^container_last_seen\{/gm), 23);
  assert.equal(countSeries(page, /^container_last_seen\{id="\/kubepods/gm), 10);
  assert.equal(exceededOf(page, 'containers'), 287);
  assert.equal(countSeries(output, /level=warn msg="Leaving out containers/g), 1);
});
