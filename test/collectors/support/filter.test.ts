import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDefaultedFilter, createFilter } from '../../../src/collectors/support/filter.ts';

const DEVICES = ['sda', 'sdb', 'loop0'];

test('createFilter() accepts every name without patterns', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', undefined, undefined)), DEVICES);
});

test('createFilter() accepts the names that the include pattern matches', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', /^sd/, undefined)), ['sda', 'sdb']);
});

test('createFilter() accepts the names that the exclude pattern does not match', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', undefined, /^sd/)), ['loop0']);
});

test('createFilter() rejects two patterns at once', () => {
  assert.throws(() => createFilter('collector.disk.device', /a/, /b/), {
    message: 'Cannot use --collector.disk.device-include and --collector.disk.device-exclude together',
  });
});

const DEFAULT = /^loop/;
const NAMES = ['loop0', 'sda', 'sdb'];

function accepted({ include, exclude = DEFAULT, ignored }: Record<string, RegExp | undefined>): string[] {
  const isIncluded = createDefaultedFilter({
    include: { name: 'disk.include', value: include },
    exclude: { name: 'disk.exclude', value: exclude, byDefault: DEFAULT },
    ignored: { name: 'disk.ignored', value: ignored },
  });
  return NAMES.filter(isIncluded);
}

test('createDefaultedFilter() applies the default until a flag is set', () => {
  assert.deepEqual(accepted({}), ['sda', 'sdb']);
  assert.deepEqual(accepted({ include: /^loop|sdb/ }), ['loop0', 'sdb']);
  assert.deepEqual(accepted({ exclude: /a/ }), ['loop0', 'sdb']);
  assert.deepEqual(accepted({ ignored: /b/ }), ['loop0', 'sda']);
});

test('createDefaultedFilter() accepts every name when the exclude flag is empty', () => {
  const empty = { name: 'disk.exclude', value: undefined, byDefault: DEFAULT };
  const none = { name: 'disk.include', value: undefined };
  assert.deepEqual(NAMES.filter(createDefaultedFilter({ include: none, exclude: empty, ignored: none })), NAMES);
});

test('createDefaultedFilter() rejects any two flags, also one that is set to its default', () => {
  const both = (first: string, second: string) => ({
    message: `Cannot use --disk.${first} and --disk.${second} together`,
  });
  assert.throws(() => accepted({ include: /a/, exclude: /b/ }), both('include', 'exclude'));
  assert.throws(() => accepted({ include: /a/, exclude: /^loop/ }), both('include', 'exclude'));
  assert.throws(() => accepted({ include: /a/, ignored: /b/ }), both('include', 'ignored'));
  assert.throws(() => accepted({ exclude: /a/, ignored: /b/ }), both('exclude', 'ignored'));
});
