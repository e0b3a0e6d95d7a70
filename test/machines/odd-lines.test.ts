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
