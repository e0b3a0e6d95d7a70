import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './render.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');

/**
 * What is wrong with each object, in the words of the Kubernetes API's types and those of the Prometheus Operator. The
 * compiler finds fields that no type has; the schema finds the rest, missing fields and wrong values too.
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
  if (Model === undefined) return [`${object.kind} is no kind of ${object.apiVersion}`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** Each object becomes a constant of its type, in a line of its own: the compiler's line is the object. */
function compile(objects: readonly Manifest[]): ReadonlyMap<number, string[]> {
  const lines = objects.map((object, index) => {
    const type = `import(${JSON.stringify(packageOf(object))}).I${object.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  });
  const cache = join(CHECKOUT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Within the checkout, where the compiler finds the packages.
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
    return byObject(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function byObject(output: string): ReadonlyMap<number, string[]> {
  const found = new Map<number, string[]>();
  for (const [, line = '', message = ''] of output.matchAll(/objects\.ts\((\d+),\d+\): error (.*)/g)) {
    const index = Number(line) - 1;
    found.set(index, [...(found.get(index) ?? []), message]);
  }
  if (found.size === 0 && output.includes('error')) throw new Error(output);
  return found;
}
