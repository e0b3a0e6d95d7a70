import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTzif } from '../../src/formats/tzif.ts';
import { fc } from '../support/fast-check.ts';

interface Zone {
  readonly times: readonly number[];
  readonly types: readonly number[];
  /** Types of local time: UTC offset in seconds, flag for daylight saving time, index of the abbreviation in `names`. */
  readonly local: readonly (readonly [number, 0 | 1, number])[];
  readonly names: string;
}

const UTC: Zone = { times: [], types: [], local: [[0, 0, 0]], names: 'UTC\0' };
/**
 * A zone with local mean time until 1893 and standard time after that. From 1000 to 2000 (Unix time), it has daylight
 * saving time.
 */
const BERLIN: Zone = {
  times: [-2422054408, 1000, 2000],
  types: [1, 2, 1],
  local: [
    [3208, 0, 0],
    [3600, 0, 4],
    [7200, 1, 8],
  ],
  names: 'LMT\0CET\0CEST\0',
};

function block({ times, types, local, names }: Zone, version: string, timeBytes: 4 | 8): Buffer {
  const header = Buffer.alloc(44);
  header.write(`TZif${version}`, 'latin1');
  for (const [index, count] of [0, 0, 1, times.length, local.length, names.length].entries()) {
    header.writeUInt32BE(count, 20 + index * 4);
  }
  const transitions = times.map((time) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(time));
    return bytes.subarray(8 - timeBytes);
  });
  const records = local.map(([offset, isDaylight, name]) => {
    const bytes = Buffer.alloc(6);
    bytes.writeInt32BE(offset);
    bytes.set([isDaylight, name], 4);
    return bytes;
  });
  const leapSecond = Buffer.alloc(timeBytes + 4);
  return Buffer.concat([header, ...transitions, Buffer.from(types), ...records, Buffer.from(names), leapSecond]);
}

function compile(zone: Zone, rule: string): Buffer {
  return Buffer.concat([block(UTC, '2', 4), block(zone, '2', 8), Buffer.from(`\n${rule}\n`)]);
}

const CET = { abbreviation: 'CET', offset: 3600 };
const CEST = { abbreviation: 'CEST', offset: 7200 };

test('parseTzif() returns local times between transitions', () => {
  const zone = parseTzif(compile(BERLIN, ''));
  assert.deepEqual(zone(-3_000_000_000), { abbreviation: 'LMT', offset: 3208 });
  assert.deepEqual(zone(-2422054408), CET);
  assert.deepEqual(zone(999), CET);
  assert.deepEqual(zone(1000), CEST);
  assert.deepEqual(zone(1999), CEST);
  assert.deepEqual(zone(2000), CET);
});

test('parseTzif() uses the rule after the last transition', () => {
  const zone = parseTzif(compile(BERLIN, 'CET-1CEST,M3.5.0,M10.5.0/3'));
  assert.deepEqual(zone(1999), CEST);
  assert.deepEqual(zone(Date.parse('2026-07-01T00:00Z') / 1000), CEST);
  assert.deepEqual(zone(Date.parse('2026-12-01T00:00Z') / 1000), CET);
});

test('parseTzif() uses the rule of a zone without transitions', () => {
  assert.deepEqual(parseTzif(compile(UTC, '<+0545>-5:45'))(0), { abbreviation: '+0545', offset: 20_700 });
});

test('parseTzif() parses files of version 1', () => {
  assert.deepEqual(parseTzif(block(BERLIN, '\0', 4))(1500), CEST);
});

test('parseTzif() rejects a file that is not a compiled time zone', () => {
  assert.throws(() => parseTzif(Buffer.from('# Europe/Berlin\n')), { name: 'SyntaxError' });
  assert.throws(() => parseTzif(Buffer.alloc(0)), { name: 'SyntaxError' });
  assert.throws(() => parseTzif(compile({ ...UTC, local: [] }, '')), {
    name: 'SyntaxError',
    message: 'expected a local time in a compiled time zone',
  });
});

test('parseTzif() rejects a truncated file', () => {
  const whole = block(BERLIN, '\0', 4);
  assert.throws(() => parseTzif(whole.subarray(0, -1)), {
    name: 'SyntaxError',
    message: 'expected 8 bytes at byte 90',
  });
});

test('parseTzif() throws only SyntaxError for damaged files', () => {
  const whole = compile(BERLIN, 'CET-1CEST,M3.5.0,M10.5.0/3');
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const damaged = Buffer.from(whole);
      damaged[at] = byte;
      try {
        parseTzif(damaged)(1500);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
