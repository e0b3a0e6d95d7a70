import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTimeZone } from '../../src/host/host.ts';
import { createHostTree } from '../support/host-tree.ts';

/** A zone file of version 1 with one type of local time and no transitions. */
const TOKYO = Buffer.concat([
  Buffer.from('TZif'),
  Buffer.alloc(28),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]),
  Buffer.from([0, 0, 0x7e, 0x90, 0, 0]),
  Buffer.from('JST\0'),
]);
const UTC = { abbreviation: 'UTC', offset: 0 };

test('readTimeZone() reads the zone file that TZ names', async () => {
  await using machine = await createHostTree({ 'root/Tokyo': TOKYO });
  const file = `${machine.root}/root/Tokyo`;
  assert.deepEqual(readTimeZone(file)(0), { abbreviation: 'JST', offset: 32_400 });
  assert.deepEqual(readTimeZone(`:${file}`)(0), { abbreviation: 'JST', offset: 32_400 });
});

test('readTimeZone() returns UTC if TZ is empty or names no zone file', async () => {
  await using machine = await createHostTree({ 'root/text': 'no zone\n' });
  assert.deepEqual(readTimeZone('')(0), UTC);
  assert.deepEqual(readTimeZone('UTC')(0), UTC);
  assert.deepEqual(readTimeZone(`${machine.root}/root/text`)(0), UTC);
  assert.deepEqual(readTimeZone('Nowhere/At-All')(0), UTC);
});
