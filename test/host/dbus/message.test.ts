import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessage, encodeCall, messageLength } from '../../../src/host/dbus/message.ts';
import { fc } from '../../support/fast-check.ts';

/**
 * Returns the bytes of a message. The lines have the layout of the D-Bus specification: hexadecimal bytes, a bar, and the
 * same bytes as text.
 */
function bytesOf(...lines: readonly string[]): Buffer {
  return Buffer.concat(
    lines.map((line) => {
      const [hex = '', text = ''] = line.split('|');
      return Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), Buffer.from(text)]);
    }),
  );
}

test('encodeCall() writes a method call in the layout of the specification', () => {
  const call = { destination: 'a.b', path: '/a', interface: 'c.d', member: 'Get', arguments: ['x', 'yz'] };
  const expected = bytesOf(
    '6c 01 00 01 0f000000 02000000 48000000',
    '01 01 6f 00 02000000 |/a\0\0\0\0\0\0',
    '02 01 73 00 03000000 |c.d\0\0\0\0\0',
    '03 01 73 00 03000000 |Get\0\0\0\0\0',
    '06 01 73 00 03000000 |a.b\0\0\0\0\0',
    '08 01 67 00 02 |ss\0',
    '01000000 |x\0\0\0',
    '02000000 |yz\0',
  );
  const written = encodeCall(2, call);
  assert.equal(written.toString('latin1'), expected.toString('latin1'));
  assert.equal(messageLength(written), written.length);
});

/** Bytes of the reply to Hello from dbus-daemon 1.14. */
const HELLO = bytesOf(
  '6c 02 01 01 09000000 01000000 3d000000',
  '06 01 73 00 04000000 |:1.5\0\0\0\0',
  '05 01 75 00 01000000',
  '08 01 67 00 01 |s\0\0',
  '07 01 73 00 14000000 |org.freedesktop.DBus\0\0\0\0',
  '04000000 |:1.5\0',
);

test('decodeMessage() reads a reply', () => {
  assert.equal(messageLength(HELLO), HELLO.length);
  const { readBody, ...header } = decodeMessage(HELLO);
  assert.deepEqual([header, readBody()], [{ type: 2, replyTo: 1, errorName: undefined }, [':1.5']]);
  assert.deepEqual(readBody(), [':1.5']);
});

test('decodeMessage() reads a reply in big-endian order', () => {
  const message = bytesOf(
    '42 02 01 01 00000008 00000001 0000000f',
    '05 01 75 00 00000007',
    '08 01 67 00 01 |t\0\0',
    '0000000000000011',
  );
  assert.equal(messageLength(message), message.length);
  const { readBody, ...header } = decodeMessage(message);
  assert.deepEqual([header, readBody()], [{ type: 2, replyTo: 7, errorName: undefined }, [17]]);
});

test('messageLength() throws for a length beyond the limit and for another protocol', () => {
  const huge = Buffer.from(HELLO);
  huge.writeUInt32LE(0x7fffffff, 4);
  assert.throws(() => messageLength(huge), { message: 'expected a message of at most 16777216 bytes' });
  assert.throws(() => messageLength(Buffer.from('HTTP/1.1 400 Bad')), { message: 'expected a D-Bus message' });
});

test('decodeMessage() returns or throws a SyntaxError for any bytes', () => {
  const change = fc.tuple(fc.nat({ max: HELLO.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.nat({ max: HELLO.length }), (changes, length) => {
      const damaged = Buffer.from(HELLO.subarray(0, length));
      for (const [at, byte] of changes) if (at < length) damaged[at] = byte;
      try {
        decodeMessage(damaged).readBody();
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
});
