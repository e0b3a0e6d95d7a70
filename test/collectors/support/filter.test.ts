import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDefaultedFilter, createFilter } from '../../../src/collectors/support/filter.ts';

const DEVICES = ['sda', 'sdb', 'loop0'];

test('deviceFilter() lets everything through without expressions', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', undefined, undefined)), DEVICES);
});

test('deviceFilter() lets through what is included', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', /^sd/, undefined)), ['sda', 'sdb']);
});

test('deviceFilter() lets through what is not excluded', () => {
  assert.deepEqual(DEVICES.filter(createFilter('p', undefined, /^sd/)), ['loop0']);
});

test('deviceFilter() refuses both expressions at once', () => {
  assert.throws(() => createFilter('collector.disk.device', /a/, /b/), {
    message: 'Cannot use --collector.disk.device-include and --collector.disk.device-exclude together',
  });
});

const DEFAULT = /^loop/;
const NAMES = ['loop0', 'sda', 'sdb'];

function kept({ include, exclude = DEFAULT, ignored }: Record<string, RegExp | undefined>): string[] {
  const isKept = createDefaultedFilter({
    include: { name: 'disk.include', value: include },
    exclude: { name: 'disk.exclude', value: exclude, byDefault: DEFAULT },
    ignored: { name: 'disk.ignored', value: ignored },
  });
  return NAMES.filter(isKept);
}

test('defaultedFilter() leaves out what its default matches, until a flag says otherwise', () => {
  assert.deepEqual(kept({}), ['sda', 'sdb']);
  assert.deepEqual(kept({ include: /^loop|sdb/ }), ['loop0', 'sdb']);
  assert.deepEqual(kept({ exclude: /a/ }), ['loop0', 'sdb']);
  assert.deepEqual(kept({ ignored: /b/ }), ['loop0', 'sda']);
});

test('defaultedFilter() leaves out nothing when the exclude flag is empty', () => {
  const empty = { name: 'disk.exclude', value: undefined, byDefault: DEFAULT };
  const none = { name: 'disk.include', value: undefined };
  assert.deepEqual(NAMES.filter(createDefaultedFilter({ include: none, exclude: empty, ignored: none })), NAMES);
});

test('defaultedFilter() refuses any two of its flags, the default written out too', () => {
  const both = (first: string, second: string) => ({
    message: `Cannot use --disk.${first} and --disk.${second} together`,
  });
  assert.throws(() => kept({ include: /a/, exclude: /b/ }), both('include', 'exclude'));
  assert.throws(() => kept({ include: /a/, exclude: /^loop/ }), both('include', 'exclude'));
  assert.throws(() => kept({ include: /a/, ignored: /b/ }), both('include', 'ignored'));
  assert.throws(() => kept({ exclude: /a/, ignored: /b/ }), both('exclude', 'ignored'));
});
