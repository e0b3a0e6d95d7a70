import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { type Collected, createServer } from './server/collect-server.ts';

// Each round damages one file of a generated host. `DAMAGE_ROUNDS=100000` sets the number of rounds. `DAMAGE_SEED` selects
// other damage.

const ROUNDS = Number(process.env['DAMAGE_ROUNDS'] ?? 300);
const SEED = Number(process.env['DAMAGE_SEED'] ?? 20_261_121);

const server = await createServer();
after(() => server[Symbol.asyncDispose]());
const { files } = server;

/** Returns a generator of random integers below a limit (xorshift32). The same seed results in the same numbers. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Random = ReturnType<typeof createRandom>;

/** Texts that the kernel never prints and that cannot be part of a number. */
const NONSENSE = ['\0', '"', '\\', ';', 'nan', '1e+999', '٣', '\u{1f4a5}', '9'.repeat(400)];
/** Texts that the kernel may print. */
const PLAUSIBLE = ['', ' ', '\n', ':', '-', '0x'];

interface Damage {
  /** Damaged content; `undefined` if the file is removed. */
  readonly bytes: Buffer | undefined;
  /** Whether each series must be missing or unchanged, because the damage cannot result in another number. */
  readonly isNonsense: boolean;
}

function damage(bytes: Buffer, random: Random): Damage {
  const at = random(bytes.length + 1);
  const insert = (text: string, replaced = 0): Buffer =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + replaced)]);
  const oneOf = (texts: readonly string[]): string => texts[random(texts.length)] ?? '';
  const kinds: readonly (() => Damage)[] = [
    () => ({ bytes: bytes.subarray(0, at), isNonsense: false }),
    () => ({ bytes: insert(oneOf(PLAUSIBLE)), isNonsense: false }),
    () => ({ bytes: insert(oneOf(PLAUSIBLE), 1 + random(20)), isNonsense: false }),
    () => ({
      bytes: Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << random(8)) : byte))),
      isNonsense: false,
    }),
    () => ({ bytes: insert(oneOf(NONSENSE)), isNonsense: true }),
    () => ({ bytes: Buffer.from(oneOf(['', '\n', ...NONSENSE])), isNonsense: true }),
    () => ({ bytes: undefined, isNonsense: true }),
  ];
  const kind = kinds[random(kinds.length)];
  assert.ok(kind);
  return kind();
}

/** Writes the damaged content. For a removed file, sometimes creates a directory of the same name. */
async function writeDamage(file: string, { bytes }: Damage, random: Random): Promise<void> {
  if (bytes !== undefined) return writeFile(file, bytes);
  await rm(file);
  if (random(2) === 0) await mkdir(file);
}

/**
 * Maximum number of collectors that one damage affects. Some files are read by several collectors, for example the names
 * of the network interfaces.
 */
const MAX_AFFECTED = 4;

/**
 * Families whose value may change if a part of a file is missing. They count files or lines, compare a word, or report a
 * number for a missing file.
 */
const COUNTING = new RegExp(
  `^node_(${[
    'arp_entries|bonding_|btrfs_|dmmultipath_|drbd_|nfsd?_|pcidevice_|processes_|tcp_connection|xfrm_',
    'cpu_scaling_governor|md_state|network_up|os_version|selinux_|textfile_scrape_error|zfs_zpool_state',
  ].join('|')})`,
);

/** Returns a text about the first series whose value has changed; `undefined` if no value has changed. */
function findChanged(before: Collected, now: Collected): string | undefined {
  for (const [key, value] of now.series) {
    const previous = before.series.get(key);
    if (previous !== undefined && previous !== value && !COUNTING.test(key)) {
      return `${key} is ${value} and was ${previous}`;
    }
  }
  return undefined;
}

function isAffected(before: Collected, now: Collected | undefined): boolean {
  return (
    now?.state !== before.state || now.series.size !== before.series.size || findChanged(before, now) !== undefined
  );
}

test(`a damaged file affects only the collectors that read it, in ${ROUNDS} rounds`, async () => {
  const random = createRandom(SEED);
  const intact = await server.collect();
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = files[random(files.length)] ?? '';
    const bytes = await readFile(file);
    const done = damage(bytes, random);
    await writeDamage(file, done, random);
    const damaged = await server.collect();
    const affected = [...intact].filter(([name, before]) => isAffected(before, damaged.get(name)));
    const description = `round ${round}: ${JSON.stringify(done.bytes?.toString().slice(0, 200))} in ${file}`;
    const names = affected.map(([name]) => name).join(', ');
    assert.ok(affected.length <= MAX_AFFECTED, `${description} affects ${names}`);
    for (const [name, before] of done.isNonsense ? affected : []) {
      const now = damaged.get(name);
      assert.equal(now && findChanged(before, now), undefined, description);
    }
    await rm(file, { recursive: true, force: true });
    await writeFile(file, bytes);
  }
  assert.deepEqual(await server.collect(), intact);
});
