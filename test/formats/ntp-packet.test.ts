import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNtpRequest, fromUnixTime, parseNtpReply, toSeconds, toUnixTime } from '../../src/formats/ntp-packet.ts';
import { fc } from '../support/fast-check.ts';

const NONCE = 0x0123_4567_89ab_cdefn;

/** An NTP packet: the reply of a server with version 4 and stratum 2. */
const REPLY = Buffer.from(
  ['24020ae9', '00000100', '00018000', 'c0000201'].join('') +
    ['ea000000c0000000', '0123456789abcdef', 'ea00006400000000', 'ea00006480000000'].join(''),
  'hex',
);

test('encodeNtpRequest() writes version, client mode and nonce', () => {
  assert.equal(encodeNtpRequest(3, NONCE).toString('hex'), `1b000020${'00'.repeat(36)}0123456789abcdef`);
});

test('parseNtpReply() returns the fields of the reply', () => {
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

test('parseNtpReply() rejects a packet that is not the reply to the request', () => {
  const rejected = [
    [REPLY.subarray(0, 47), 'expected 48 bytes, got 47'],
    [changed(0, 0x23), 'expected the mode of a server, got mode 3'],
    [changed(24, 0xff), 'expected the origin time of the request'],
    [changed(40, 0x10), 'expected a transmit time after the receive time'],
    [Buffer.concat([REPLY.subarray(0, 40), Buffer.alloc(8)]), 'expected a transmit time'],
  ] as const;
  for (const [packet, message] of rejected) {
    assert.throws(() => parseNtpReply(packet, NONCE), { name: 'SyntaxError', message });
  }
});

test('parseNtpReply() throws only SyntaxError for random bytes', () => {
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

test('toSeconds() rounds positive and negative durations to nanoseconds', () => {
  assert.deepEqual([1n << 31n, -(3n << 32n), 4n, 5n].map(toSeconds), [0.5, -3, 1e-9, 1e-9]);
});

test('toUnixTime() converts timestamps of both eras', () => {
  assert.equal(toUnixTime(0x83aa_7e80_4000_0000n), 0.25);
  assert.equal(toUnixTime(0n), Date.parse('2036-02-07T06:28:16Z') / 1000);
});

test('fromUnixTime() is the inverse of toUnixTime()', () => {
  for (const time of [0, 1_800_000_000.5, 2_200_000_000.25]) assert.equal(toUnixTime(fromUnixTime(time)), time);
});
