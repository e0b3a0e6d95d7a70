import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCollectors } from '../../src/app/create-collectors.ts';
import type { Collector, CollectorDefinition } from '../../src/collection/collector.ts';
import { readConfig } from '../../src/config/config.ts';
import { Mistakes } from '../../src/flags/mistakes.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

const good: Collector = { name: 'good', families: [], collect: () => undefined };

function definition(name: string, create: () => Collector, source?: string): CollectorDefinition {
  return { name, help: name, enabled: true, flags: {}, create, ...(source !== undefined && { source }) };
}

function fail(message: string): () => Collector {
  return () => {
    throw new Error(message);
  };
}

function create(...definitions: readonly CollectorDefinition[]): { created: readonly Collector[]; mistakes: Mistakes } {
  const mistakes = new Mistakes();
  return { created: createCollectors(readConfig({ argv: [], env: {}, definitions }), mistakes), mistakes };
}

test('createCollectors() creates all other collectors if one cannot be created', () => {
  const { created, mistakes } = create(
    definition('a', fail('Cannot use --collector.a.x and --collector.a.y together')),
    definition('good', () => good),
    definition('b', fail('Cannot use --collector.b.x and --collector.b.y together')),
  );
  assert.deepEqual(created, [good]);
  assert.throws(
    () => mistakes.throwIfAny(),
    new UsageError(
      'Cannot use --collector.a.x and --collector.a.y together',
      'Cannot use --collector.b.x and --collector.b.y together',
    ),
  );
});

test('createCollectors() adds the error of a custom collector as it is', () => {
  const { created, mistakes } = create(definition('queue', fail('Cannot connect'), './queue.ts'));
  assert.deepEqual(created, []);
  assert.throws(() => mistakes.throwIfAny(), new Error('Cannot connect'));
});
