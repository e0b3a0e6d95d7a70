import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzz } from './fuzz.ts';
import { TARGETS } from './targets.ts';

const SOURCES = ['parse', 'formats'].map((name) => join(import.meta.dirname, '../../src', name));
/** Mutated inputs of each target. `npm run fuzz` runs more. */
const INPUTS = 30;
const SEED = 20_261_128;

test('every parse function of src/parse and src/formats is a target', async () => {
  const files = SOURCES.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)));
  const modules: object[] = await Promise.all(files.map((file) => import(file)));
  const functions = modules
    .flatMap((exports) => Object.keys(exports))
    .filter((name) => /^(?:parse|merge)|Parser$/.test(name));
  assert.ok(functions.length > 100, String(functions.length));
  assert.deepEqual(
    functions.filter((name) => TARGETS[name] === undefined),
    [],
  );
});

test('every target has a corpus', () => {
  assert.deepEqual(
    Object.keys(TARGETS).filter((name) => TARGETS[name]?.corpus.length === 0),
    [],
  );
});

test(`every target handles ${INPUTS} mutated inputs without a fault`, async () => {
  const faults: string[] = [];
  for (const [name, target] of Object.entries(TARGETS)) {
    const result = await fuzz(target, { inputs: target.corpus.length + INPUTS, seed: SEED });
    faults.push(...result.faults.map(({ input, reason }) => `${name} with ${JSON.stringify(input)}: ${reason}`));
  }
  assert.deepEqual(faults, []);
});

test('fuzz() finds an error that is not a SyntaxError, a rejected promise, and a slow input', async () => {
  const options = { inputs: 2000, seed: 1 };
  const reasonsOf = async (run: (input: string) => unknown): Promise<string[]> => {
    const { faults } = await fuzz({ corpus: ['a=1'], run }, options);
    return faults.map(({ reason }) => reason.split('\n')[0]?.replace(/[\d.]+/, 'N') ?? '');
  };
  const fail = (input: string): void => {
    if (!input.includes('a')) throw new TypeError('no a');
    throw new SyntaxError('expected');
  };
  assert.deepEqual(await reasonsOf(fail), Array(3).fill('TypeError: no a'));
  assert.deepEqual(await reasonsOf(async (input) => fail(input)), Array(3).fill('TypeError: no a'));
  const quadratic = (input: string): void => {
    for (const _ of input) for (const _ of input);
  };
  assert.deepEqual(await reasonsOf(quadratic), Array(3).fill('takes N ms'));
});

test('fuzz() creates the same inputs for the same seed', async () => {
  const digestOf = async (seed: number): Promise<string> => {
    // A slow input runs several times.
    const inputs = new Set<string>();
    const run = (input: string): void => void inputs.add(input);
    await fuzz({ corpus: ['cpu 1 2 3\n', 'intr 7\n'], run }, { inputs: 200, seed });
    return hash('sha256', JSON.stringify([...inputs]));
  };
  assert.equal(await digestOf(1), await digestOf(1));
  assert.notEqual(await digestOf(1), await digestOf(2));
});
