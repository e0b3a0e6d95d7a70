import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { type Collected, createServer } from './server/collect-server.ts';

// These tests insert a line that no kernel prints into the files of a whole host.

const server = await createServer();
after(() => server[Symbol.asyncDispose]());
const contents = new Map(
  await Promise.all(server.files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
);
/** Files with several lines. In the exposition format of the textfile collector, an odd line is an error of the file. */
const tables = server.files.filter((file) => linesOf(file).length > 1 && !file.endsWith('.prom'));
/** Files with one value. An odd line damages the value. */
const attributes = server.files.filter((file) => linesOf(file).length === 1);
const intact = await server.collect();

function linesOf(file: string): readonly string[] {
  return (contents.get(file) ?? '').split('\n').filter((line) => line !== '');
}

/** Runs all collectors while an odd line is in some files. */
async function collectWith(
  files: readonly string[],
  insert: (lines: readonly string[]) => readonly string[],
): Promise<ReadonlyMap<string, Collected>> {
  await Promise.all(files.map((file) => writeFile(file, `${insert(linesOf(file)).join('\n')}\n`)));
  try {
    return await server.collect();
  } finally {
    await Promise.all(files.map((file) => writeFile(file, contents.get(file) ?? '')));
  }
}

/** Returns a line for each series that is missing or has another value. */
function findDifferences(collected: ReadonlyMap<string, Collected>): readonly string[] {
  return [...intact].flatMap(([name, before]) =>
    [...before.series].flatMap(([key, value]) => {
      const now = collected.get(name)?.series.get(key);
      return now === value ? [] : [`${key} is ${now} and was ${value}`];
    }),
  );
}

function errorsOf(collected: ReadonlyMap<string, Collected>): readonly string[] {
  return [...collected.values()].flatMap(({ errors }) => errors);
}

const POSITIONS: Readonly<Record<string, (lines: readonly string[]) => number>> = {
  first: () => 0,
  middle: (lines) => Math.ceil(lines.length / 2),
  last: (lines) => lines.length,
};

for (const [position, indexIn] of Object.entries(POSITIONS)) {
  for (const odd of ['odd line 42', 'odd', '42', 'x: y z', '- - -', '  ', '\0\0']) {
    test(`${JSON.stringify(odd)} as the ${position} line of every table changes no sample`, async () => {
      const collected = await collectWith(tables, (lines) => lines.toSpliced(indexIn(lines), 0, odd));
      assert.deepEqual(findDifferences(collected), []);
    });
  }
}

test('NULs at the end of every file change no sample and are no error', async () => {
  const texts = [...tables, ...attributes].filter((file) => !file.endsWith('.prom'));
  await Promise.all(texts.map((file) => writeFile(file, `${contents.get(file)}${'\0'.repeat(40)}`)));
  try {
    const collected = await server.collect();
    assert.deepEqual(findDifferences(collected), []);
    assert.deepEqual(errorsOf(collected), errorsOf(intact));
  } finally {
    await Promise.all(texts.map((file) => writeFile(file, contents.get(file) ?? '')));
  }
});

/**
 * Files that may be empty on a host: they list devices or mounts, or they contain a label. Some of them are replaced by
 * another file.
 */
const MAY_BE_EMPTY = new RegExp(
  `(${[
    'proc/(diskstats|self/mountinfo|self/mountstats|sys/kernel/(osrelease|hostname))',
    'root/etc/(os-release|selinux/config)|udev/b[0-9:]+',
    'cpu/(isolated|offline)|cpufreq/scaling_available_governors|clocksource0/available_clocksource',
    'class/net/bonding_masters|bonding/slaves|class/net/\\w+/(address|broadcast|duplex|ifalias)',
    'dm/uuid|device/state|md/(level|raid_disks)|btrfs/[^/]+/(label|metadata_uuid)|bcachefs/[^/]+/errors',
    '(current|max)_link_(speed|width)|power_state|hwmon\\d+/\\w+',
    '(board_id|fw_ver|hca_type|firmware_rev|model|serial|cntlid|state|label|type|manufacturer|name|identity|options|status)',
    '(speed|port_\\w+|fabric_name|ch0_dimm_label|bios_vendor|product_name|product_uuid)',
  ].join('|')})$`,
);

test('an empty file with rows or a number is an error that names the file', async () => {
  const files = [...contents.keys()].filter((file) => !MAY_BE_EMPTY.test(file) && !file.endsWith('.prom'));
  for (const file of files) {
    const collected = await collectWith([file], () => []);
    const differences = findDifferences(collected);
    // A file that no collector reads in this configuration causes no difference.
    if (differences.length === 0) continue;
    assert.ok(
      errorsOf(collected).some((message) => message.includes(nameOf(file))),
      `no error names ${file}: ${differences.join('\n')}`,
    );
  }
});

/** Returns the last two parts of a path. The path in an error may lead through a symbolic link to the same file. */
function nameOf(file: string): string {
  return file.split('/').slice(-2).join('/');
}

/** Number of files that are damaged in one run. They are far apart in the list, so they belong to different devices. */
const AT_ONCE = 6;
/** Largest number of samples that contain the value of one attribute, such as the labels of a device. */
const MAX_SAMPLES = 11;

test('an odd line in an attribute costs only the samples with its value', async () => {
  const distance = Math.ceil(attributes.length / AT_ONCE);
  for (let first = 0; first < distance; first += 1) {
    const files = attributes.filter((_, index) => index % distance === first);
    const collected = await collectWith(files, (lines) => [...lines, 'odd line']);
    const differences = findDifferences(collected);
    const description = `${files.join(', ')}: ${differences.join('\n')}`;
    assert.ok(differences.length <= AT_ONCE * MAX_SAMPLES, description);
    for (const error of errorsOf(collected).filter((message) => !errorsOf(intact).includes(message))) {
      assert.ok(
        files.some((file) => error.includes(nameOf(file))),
        `${error} is not about ${files.join(', ')}`,
      );
    }
  }
});
