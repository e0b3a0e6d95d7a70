import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getText, getTextMap, parseFields, parseNumbers } from '../../src/formats/protobuf.ts';
import { fc } from '../support/fast-check.ts';
import { encodeField } from '../support/protobuf-field.ts';

test('parseFields() returns length-delimited fields and skips numbers', () => {
  const message = Buffer.concat([
    encodeField(1, 'first'),
    Buffer.from([2 * 8, 0x96, 0x01, 3 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8, 4 * 8 + 5, 1, 2, 3, 4]),
    encodeField(1, 'second'),
    encodeField(2000, 'x'.repeat(300)),
  ]);
  const fields = parseFields(message);
  assert.deepEqual([...fields.keys()], [1, 2000]);
  assert.deepEqual(fields.get(1)?.map(String), ['first', 'second']);
  assert.equal(getText(fields, 1), 'second');
  assert.equal(getText(fields, 2000), 'x'.repeat(300));
  assert.equal(getText(fields, 3), undefined);
});

test('getTextMap() returns the keys and values of a map', () => {
  const entry = Buffer.concat([encodeField(1, 'key'), encodeField(2, 'value')]);
  assert.deepEqual(getTextMap(parseFields(encodeField(8, entry)), 8), new Map([['key', 'value']]));
});

const INVALID: readonly (readonly [string, readonly number[], string])[] = [
  ['a truncated text', [0x0a, 5, 1], 'expected 5 bytes at byte 2'],
  ['a truncated number', [0x08, 0x80], 'expected 1 bytes at byte 2'],
  ['a number without an end', [0x08, ...Array<number>(11).fill(0xff)], 'expected the end of a number at byte 11'],
  ['a group', [0x0b, 0x0c], 'unexpected wire type 3 at byte 1'],
  ['the field number 0', [0x00, 1], 'unexpected field 0 at byte 0'],
  ['a tag of more than 32 bits', [0xf8, 0xff, 0xff, 0xff, 0x1f, 1], 'unexpected field 1073741823 at byte 0'],
];
for (const [what, bytes, message] of INVALID) {
  test(`parseFields() rejects ${what}`, () => {
    assert.throws(() => parseFields(Buffer.from(bytes)), { name: 'SyntaxError', message });
  });
}

test('parseNumbers() returns the last number of a field and skips other fields', () => {
  const message = Buffer.concat([Buffer.from([0x08, 1, 0x10, 0xac, 0x02, 0x08, 7]), encodeField(3, 'text')]);
  assert.deepEqual(
    parseNumbers(message),
    new Map([
      [1, 7],
      [2, 300],
    ]),
  );
});

test('parseFields() throws only SyntaxError for random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseFields(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('parseFields() rejects a message with more values than fit into memory', () => {
  const empty = Buffer.from([0x0a, 0]);
  assert.equal(parseFields(Buffer.alloc(200_000, empty)).get(1)?.length, 100_000);
  assert.throws(() => parseFields(Buffer.alloc(200_002, empty)), {
    name: 'SyntaxError',
    message: 'expected at most 100000 values',
  });
});
