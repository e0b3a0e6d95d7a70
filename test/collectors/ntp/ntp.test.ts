import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ntp } from '../../../src/collectors/ntp/ntp.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';
import { type Collected, collect } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';
import { encodeNtpReply, type NtpReplyFields, startNtpServer } from '../../support/ntp-server.ts';

// The timers do not run, so that no request times out on a busy host.
mock.timers.enable({ apis: ['setTimeout'] });

/** Unix time of the test host. Its clock does not advance. */
const NOW = 1_800_000_000.5;

async function collectFrom(
  reply: (request: Buffer) => Buffer,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Collected> {
  await using machine = await createHostTree({});
  await using server = await startNtpServer(reply);
  const { errors, ...collected } = await collect(ntp, machine.host, {
    'collector.ntp.server-port': server.port,
    ...flags,
  });
  return { ...collected, errors: errors.map((message) => message.replace(String(server.port), '123')) };
}

const SANE: NtpReplyFields = { receive: NOW, transmit: NOW };

function sanityOf(server: NtpReplyFields, flags?: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  return collectFrom((request) => encodeNtpReply(server, request), flags).then(({ lines }) => lines.at(-1));
}

test('ntp emits the state of the server and the offset between the clocks', async () => {
  const server = { ...SANE, leap: 1, receive: NOW + 0.25, transmit: NOW + 0.5, rootDelay: 0.125 };
  assert.deepEqual(await collectFrom((request) => encodeNtpReply(server, request)), {
    state: 'ok',
    errors: [],
    lines: [
      'node_ntp_stratum 2',
      'node_ntp_leap 1',
      'node_ntp_rtt_seconds 0',
      'node_ntp_offset_seconds 0.375',
      'node_ntp_reference_timestamp_seconds 1799999901',
      'node_ntp_root_delay_seconds 0.125',
      'node_ntp_root_dispersion_seconds 0.5',
      'node_ntp_sanity 1',
    ],
  });
});

test('ntp sends requests of the NTP version that a flag sets', async () => {
  const versions: number[] = [];
  const { state } = await collectFrom(
    (request) => {
      versions.push((request[0] ?? 0) >> 3);
      return encodeNtpReply(SANE, request);
    },
    { 'collector.ntp.protocol-version': 2 },
  );
  assert.deepEqual([state, versions], ['ok', [2]]);
});

test('ntp reports a server as sane only if it passes every check', async () => {
  assert.equal(await sanityOf(SANE), 'node_ntp_sanity 1');
  const failing: readonly NtpReplyFields[] = [
    { ...SANE, stratum: 0 },
    { ...SANE, stratum: 16 },
    { ...SANE, leap: 3 },
    { ...SANE, reference: NOW + 10 },
    { ...SANE, reference: NOW - 200_000 },
    { ...SANE, rootDelay: 30, rootDispersion: 2 },
    { ...SANE, rootDispersion: 3.5 },
    { ...SANE, receive: NOW + 0.25, transmit: NOW + 0.25 },
    { ...SANE, receive: NOW - 0.25, transmit: NOW - 0.25 },
  ];
  for (const server of failing) assert.equal(await sanityOf(server), 'node_ntp_sanity 0', JSON.stringify(server));
});

test('ntp compares the server with the limits that flags set', async () => {
  const ahead = { ...SANE, receive: NOW + 0.25, transmit: NOW + 0.25 };
  assert.equal(await sanityOf(ahead, { 'collector.ntp.local-offset-tolerance': 0.5 }), 'node_ntp_sanity 1');
  assert.equal(await sanityOf(SANE, { 'collector.ntp.max-distance': 0.5 }), 'node_ntp_sanity 0');
});

test('ntp emits 0 as the reference time of a server that never set its clock', async () => {
  const { lines } = await collectFrom((request) => encodeNtpReply({ ...SANE, reference: 0 }, request));
  assert.ok(lines.includes('node_ntp_reference_timestamp_seconds 0'));
});

test('ntp fails when the reply is not valid', async () => {
  const { state, errors, lines } = await collectFrom((request) => encodeNtpReply({ ...SANE, mode: 3 }, request));
  assert.deepEqual([state, errors, lines], ['failed', ['expected the mode of a server, got mode 3'], []]);
});

test('ntp fails when no server listens', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(ntp, machine.host, { 'collector.ntp.server-port': CLOSED_PORT }), {
    state: 'failed',
    errors: [`Cannot query 127.0.0.1 port ${CLOSED_PORT}: connection refused`],
    lines: [],
  });
});

test('ntp accepts a server without a loopback address only with server-is-local', () => {
  const defaults = Object.fromEntries(Object.entries(ntp.flags).map(([name, flag]) => [name, flag.default]));
  const remote = { ...defaults, 'collector.ntp.server': '192.0.2.1' };
  assert.throws(() => ntp.create(remote), {
    message:
      'Cannot use --collector.ntp.server without --collector.ntp.server-is-local for an address other than a loopback',
  });
  ntp.create({ ...remote, 'collector.ntp.server-is-local': true });
  ntp.create({ ...defaults, 'collector.ntp.server': '::1' });
});
