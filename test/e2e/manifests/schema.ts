import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './render.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');

/**
 * Returns the problems of each object. The compiler checks the object against the types of the Kubernetes API and the
 * Prometheus Operator, and reports unknown fields. A validator checks it against the JSON schemas, and reports missing
 * fields and wrong values.
 */
export async function problemsOf(objects: readonly Manifest[]): Promise<readonly (readonly string[])[]> {
  const compiled = compile(objects);
  const validated = await Promise.all(objects.map(validate));
  return objects.map((_, index) => [...(compiled.get(index) ?? []), ...(validated[index] ?? [])]);
}

function packageOf({ apiVersion }: Manifest): string {
  const prefix = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return `${prefix}/${apiVersion}`;
}

interface Model {
  validate(): void;
}

async function validate(object: Manifest): Promise<readonly string[]> {
  const models = (await import(packageOf(object))) as Record<string, new (data: unknown) => Model>;
  const Model = models[object.kind];
  if (Model === undefined) return [`Unknown kind ${object.kind} of ${object.apiVersion}`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/**
 * Compiles the objects as typed constants, one on each line.
 *
 * @returns the errors of each object, by the index of the object in the list
 */
function compile(objects: readonly Manifest[]): ReadonlyMap<number, string[]> {
  const lines = objects.map((object, index) => {
    const type = `import(${JSON.stringify(packageOf(object))}).I${object.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  });
  const cache = join(CHECKOUT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // The directory must be inside the checkout, where the compiler finds the packages.
  const directory = mkdtempSync(join(cache, 'manifests-'));
  try {
    const file = join(directory, 'objects.ts');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--ignoreConfig'];
    const { stdout, error } = spawnSync(
      join(CHECKOUT, 'node_modules/.bin/tsc'),
      [...flags, '--module', 'nodenext', '--types', '', '--pretty', 'false', file],
      { encoding: 'utf8' },
    );
    if (error !== undefined) throw error;
    return groupByObject(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function groupByObject(output: string): ReadonlyMap<number, string[]> {
  const errors = new Map<number, string[]>();
  for (const [, line = '', message = ''] of output.matchAll(/objects\.ts\((\d+),\d+\): error (.*)/g)) {
    const index = Number(line) - 1;
    errors.set(index, [...(errors.get(index) ?? []), message]);
  }
  if (errors.size === 0 && output.includes('error')) throw new Error(output);
  return errors;
}
