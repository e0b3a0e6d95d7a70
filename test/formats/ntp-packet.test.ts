import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNtpRequest, fromUnixTime, parseNtpReply, seconds, toUnixTime } from '../../src/formats/ntp-packet.ts';
import { fc } from '../support/properties.ts';

const NONCE = 0x0123_4567_89ab_cdefn;

/** A reply of version 4, stratum 2, as RFC 5905 lays it out. */
const REPLY = Buffer.from(
  ['24020ae9', '00000100', '00018000', 'c0000201'].join('') +
    ['ea000000c0000000', '0123456789abcdef', 'ea00006400000000', 'ea00006480000000'].join(''),
  'hex',
);

test('encodeNtpRequest() asks as a client and sends the nonce', () => {
  assert.equal(encodeNtpRequest(3, NONCE).toString('hex'), `1b000020${'00'.repeat(36)}0123456789abcdef`);
});

test('parseNtpReply() reads what the server says', () => {
  assert.deepEqual(parseNtpReply(REPLY, NONCE), {
    leap: 0,
    stratum: 2,
    rootDelay: 0.00390625,
    rootDispersion: 1.5,
    referenceTime: 0xea00_0000_c000_0000n,
    receiveTime: 0xea00_0064_0000_0000n,
    transmitTime: 0xea00_0064_8000_0000n,
  });
});

function changed(at: number, byte: number): Buffer {
  const reply = Buffer.from(REPLY);
  reply[at] = byte;
  return reply;
}

test('parseNtpReply() refuses what is no reply to the request', () => {
  const refused = [
    [REPLY.subarray(0, 47), 'expected 48 bytes, got 47'],
    [changed(0, 0x23), 'expected the mode of a server, got mode 3'],
    [changed(24, 0xff), 'expected a reply to our request'],
    [changed(40, 0x10), 'expected a time of transmission after that of receipt'],
    [Buffer.concat([REPLY.subarray(0, 40), Buffer.alloc(8)]), 'expected a time of transmission'],
  ] as const;
  for (const [packet, message] of refused) {
    assert.throws(() => parseNtpReply(packet, NONCE), { name: 'SyntaxError', message });
  }
});

test('parseNtpReply() returns or throws a SyntaxError, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        parseNtpReply(Buffer.from(bytes), NONCE);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }),
  );
});

test('seconds() rounds to nanoseconds, on both sides of zero', () => {
  assert.deepEqual([1n << 31n, -(3n << 32n), 4n, 5n].map(seconds), [0.5, -3, 1e-9, 1e-9]);
});

test('toUnixTime() knows both eras', () => {
  assert.equal(toUnixTime(0x83aa_7e80_4000_0000n), 0.25);
  assert.equal(toUnixTime(0n), Date.parse('2036-02-07T06:28:16Z') / 1000);
});

test('fromUnixTime() is the way back', () => {
  for (const time of [0, 1_800_000_000.5, 2_200_000_000.25]) assert.equal(toUnixTime(fromUnixTime(time)), time);
});
