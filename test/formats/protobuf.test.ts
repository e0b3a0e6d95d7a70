import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFields, textField, textMapField } from '../../src/formats/protobuf.ts';
import { fc } from '../support/properties.ts';
import { field } from '../support/sockets.ts';

test('parseFields() keeps what has a length and passes over numbers', () => {
  const message = Buffer.concat([
    field(1, 'first'),
    Buffer.from([2 * 8, 0x96, 0x01, 3 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8, 4 * 8 + 5, 1, 2, 3, 4]),
    field(1, 'second'),
    field(2000, 'x'.repeat(300)),
  ]);
  const fields = parseFields(message);
  assert.deepEqual([...fields.keys()], [1, 2000]);
  assert.deepEqual(fields.get(1)?.map(String), ['first', 'second']);
  assert.equal(textField(fields, 1), 'second');
  assert.equal(textField(fields, 2000), 'x'.repeat(300));
  assert.equal(textField(fields, 3), undefined);
});

test('textMapField() reads a map', () => {
  const entry = Buffer.concat([field(1, 'key'), field(2, 'value')]);
  assert.deepEqual(textMapField(parseFields(field(8, entry)), 8), new Map([['key', 'value']]));
});

test('parseFields() returns or throws a SyntaxError, whatever the bytes', () => {
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
