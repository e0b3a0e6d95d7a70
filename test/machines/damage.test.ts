import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { createMachine } from '../support/machine.ts';
import { serverFiles } from './server/server.ts';

// A whole machine of files, one of which is damaged at a time. `DAMAGE_ROUNDS=100000` makes it a long run, and
// `DAMAGE_SEED` another one.

const ROUNDS = Number(process.env['DAMAGE_ROUNDS'] ?? 300);
const SEED = Number(process.env['DAMAGE_SEED'] ?? 20_261_121);
const DEADLINE_MS = 20_000;

const machine = await createMachine(serverFiles(0));
after(() => machine[Symbol.asyncDispose]());
const files = Object.entries(serverFiles(0)).flatMap(([path, content]) =>
  typeof content === 'string' && !path.endsWith('/') ? [join(machine.root, path)] : [],
);

/** Those whose series move by themselves (the clock, the disk that the files are on), and those that ask others. */
const OTHERS: ReadonlySet<string> = new Set(['containers', 'container-pids', 'filesystem', 'logind', 'ntp', 'systemd']);

const { collectors, flagValues } = readConfig({
  argv: [
    ...definitions.map(({ name }) => (OTHERS.has(name) ? `--no-collector.${name}` : `--collector.${name}`)),
    '--collector.bcache.priorityStats',
    '--collector.sysctl.include=kernel.threads-max',
    `--collector.textfile.directory=${machine.root}/textfile`,
  ],
  env: {},
  definitions,
});

interface Collected {
  readonly state: CollectorResult['state'];
  /** By family and labels. */
  readonly series: ReadonlyMap<string, number>;
}

/** What every collector makes of the machine. */
async function collectAll(): Promise<ReadonlyMap<string, Collected>> {
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: collectors.map((definition) => definition.create(flagValues)),
    selfMetrics: [],
    observe: () => undefined,
  });
  const { results } = await gatherer.gather({ deadline: performance.now() + DEADLINE_MS });
  return new Map(results.map((outcome) => [outcome.collector, toCollected(outcome)]));
}

function toCollected({ state, errors, families }: CollectorResult): Collected {
  const late = errors.find(({ message }) => message.startsWith('Cannot finish'));
  assert.equal(late, undefined);
  const series = new Map<string, number>();
  for (const { family, samples } of families) {
    // When a text file was written.
    if (family.name === 'node_textfile_mtime_seconds') continue;
    for (const { value, labels } of samples) {
      assert.ok(typeof value === 'number' && Number.isFinite(value), `${family.name} is ${value}`);
      series.set(`${family.name} ${JSON.stringify(labels)}`, value);
    }
  }
  return { state, series };
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

type Random = ReturnType<typeof createRandom>;

/** No kernel prints any of it, and none of it can be part of a number. */
const NONSENSE = ['\0', '"', '\\', ';', 'nan', '1e+999', '٣', '\u{1f4a5}', '9'.repeat(400)];
const PLAUSIBLE = ['', ' ', '\n', ':', '-', '0x'];

interface Damage {
  readonly bytes: Buffer | undefined;
  /** Whatever is said now is either what was said before or an error: nobody could take it for another number. */
  readonly isNonsense: boolean;
}

function damage(bytes: Buffer, random: Random): Damage {
  const at = random(bytes.length + 1);
  const insert = (text: string, skipped = 0): Buffer =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + skipped)]);
  const one = (texts: readonly string[]): string => texts[random(texts.length)] ?? '';
  const kinds: readonly (() => Damage)[] = [
    () => ({ bytes: bytes.subarray(0, at), isNonsense: false }),
    () => ({ bytes: insert(one(PLAUSIBLE)), isNonsense: false }),
    () => ({ bytes: insert(one(PLAUSIBLE), 1 + random(20)), isNonsense: false }),
    () => ({
      bytes: Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << random(8)) : byte))),
      isNonsense: false,
    }),
    () => ({ bytes: insert(one(NONSENSE)), isNonsense: true }),
    () => ({ bytes: Buffer.from(one(['', '\n', ...NONSENSE])), isNonsense: true }),
    () => ({ bytes: undefined, isNonsense: true }),
  ];
  const kind = kinds[random(kinds.length)];
  assert.ok(kind);
  return kind();
}

/** A directory in the place of a file, or nothing at all. */
async function put(file: string, { bytes }: Damage, random: Random): Promise<void> {
  if (bytes !== undefined) return writeFile(file, bytes);
  await rm(file);
  if (random(2) === 0) await mkdir(file);
}

/** Those that read more than one collector's files: the interfaces' names, the CPUs' places. */
const MOST_AFFECTED = 4;

/**
 * They count what there is, say of a word whether it is a known one, or have a number for what this machine does not tell:
 * less is a truth of its own.
 */
const COUNTING = new RegExp(
  `^node_(${[
    'arp_entries|bonding_|btrfs_|dmmultipath_|drbd_|nfsd?_|pcidevice_|processes_|tcp_connection|xfrm_',
    'cpu_scaling_governor|md_state|network_up|os_version|selinux_|textfile_scrape_error|zfs_zpool_state',
  ].join('|')})`,
);

function findWrong(before: Collected, now: Collected): string | undefined {
  for (const [key, value] of now.series) {
    const was = before.series.get(key);
    if (was !== undefined && was !== value && !COUNTING.test(key)) return `${key} is ${value} and was ${was}`;
  }
  return undefined;
}

test(`a damaged file costs no more than the collectors that read it, in ${ROUNDS} rounds`, async () => {
  const random = createRandom(SEED);
  const whole = await collectAll();
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = files[random(files.length)] ?? '';
    const bytes = await readFile(file);
    const done = damage(bytes, random);
    await put(file, done, random);
    const damaged = await collectAll();
    const affected = [...whole].filter(([name, { state, series }]) => {
      const now = damaged.get(name);
      return now?.state !== state || now.series.size !== series.size || findWrong({ state, series }, now) !== undefined;
    });
    const what = `round ${round}: ${JSON.stringify(done.bytes?.toString().slice(0, 200))} in ${file}`;
    assert.ok(affected.length <= MOST_AFFECTED, `${what} affects ${affected.map(([name]) => name).join(', ')}`);
    for (const [name, before] of done.isNonsense ? affected : []) {
      const now = damaged.get(name);
      assert.equal(now && findWrong(before, now), undefined, what);
    }
    await rm(file, { recursive: true, force: true });
    await writeFile(file, bytes);
  }
  assert.deepEqual(await collectAll(), whole);
});
