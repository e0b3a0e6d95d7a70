import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { collectors as definitions } from '../src/collectors/index.ts';
import { Gatherer } from '../src/gather.ts';
import { writeBigHost } from './bench/big-host.ts';
import { hostAt } from './support/machine.ts';

// A whole machine of files, one of which is damaged at a time. `DAMAGE_ROUNDS=100000` makes it a long run.

const ROUNDS = Number(process.env['DAMAGE_ROUNDS'] ?? 300);
const DEADLINE_MS = 20_000;

const root = await mkdtemp(join(tmpdir(), 'damage-'));
after(() => rm(root, { recursive: true }));
await writeBigHost(root, { cpus: 4, disks: 3, interfaces: 3, mounts: 4 });
const files = (await readdir(root, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

/** Not those whose series move by themselves (the clock, the disk that the files are on), nor the one that asks a server. */
const FILE_READERS = definitions.filter(({ name }) => !['filesystem', 'ntp', 'time'].includes(name));

/** What every collector makes of the machine: its series, or that it has none. */
async function collectAll(): Promise<Map<string, string>> {
  const gatherer = new Gatherer({
    host: hostAt(root),
    collectors: FILE_READERS.map((definition) => definition.create(defaultsOf(definition.flags))),
    descriptions: [],
    observe: () => undefined,
  });
  const { outcomes } = await gatherer.gather({ deadline: performance.now() + DEADLINE_MS });
  return new Map(
    outcomes.map(({ collector, state, errors, readings }) => {
      const late = errors.find(({ message }) => message.startsWith('Cannot finish'));
      assert.equal(late, undefined);
      const samples = readings.flatMap(({ family, samples }) => samples.map((sample) => ({ family, ...sample })));
      for (const { family, value } of samples) assert.equal(typeof value, 'number', family.name);
      const series = samples.map(({ family, value, labels }) => `${family.name} ${JSON.stringify(labels)} ${value}`);
      return [collector, `${state}\n${series.join('\n')}`];
    }),
  );
}

function defaultsOf(flags: (typeof definitions)[number]['flags']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flag.default]));
}

/** The same seed makes the same damage (xorshift32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const NONSENSE = ['', ' ', '\n', '\0', ':', '"', '\\', '-', 'nan', '1e999', '0x', '٣', '\u{1f4a5}', '9'.repeat(400)];

async function damage(file: string, random: (below: number) => number): Promise<void> {
  const bytes = await readFile(file);
  const at = random(bytes.length + 1);
  const nonsense = Buffer.from(NONSENSE[random(NONSENSE.length)] ?? '');
  const kinds = [
    () => writeFile(file, bytes.subarray(0, at)),
    () => writeFile(file, Buffer.concat([bytes.subarray(0, at), nonsense, bytes.subarray(at)])),
    () => writeFile(file, Buffer.concat([bytes.subarray(0, at), nonsense, bytes.subarray(at + 1 + random(20))])),
    () => writeFile(file, Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << random(8)) : byte)))),
    () => rm(file),
    async () => {
      await rm(file);
      await mkdir(file);
    },
  ];
  await kinds[random(kinds.length)]?.();
}

/** Those that read more than one collector's files: the interfaces' names, the CPUs' places. */
const MOST_AFFECTED = 4;

test(`a damaged file costs no more than the collectors that read it, in ${ROUNDS} rounds`, async () => {
  const random = createRandom(20_261_121);
  const whole = await collectAll();
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = files[random(files.length)] ?? '';
    const bytes = await readFile(file);
    await damage(file, random);
    const damaged = await collectAll();
    const affected = [...whole].filter(([name, series]) => damaged.get(name) !== series);
    const names = affected.map(([name]) => name);
    assert.ok(names.length <= MOST_AFFECTED, `round ${round}: ${file} affects ${names.join(', ')}`);
    await rm(file, { recursive: true, force: true });
    await writeFile(file, bytes);
  }
  assert.deepEqual(await collectAll(), whole);
});
