import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ntp } from '../../src/collectors/ntp.ts';
import { type Collected, collect } from '../support/collect.ts';
import { createMachine } from '../support/machine.ts';
import { NOBODY } from '../support/nobody.ts';
import { encodeNtpReply, type NtpServer, startNtpServer } from '../support/ntp.ts';

// No answer comes too late, however busy the machine is.
mock.timers.enable({ apis: ['setTimeout'] });

/** The clock of the recorded machine stands still at this time. */
const NOW = 1_800_000_000.5;

async function collectFrom(
  answer: (request: Buffer) => Buffer,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Collected> {
  await using machine = await createMachine({});
  await using server = await startNtpServer(answer);
  const { errors, ...collected } = await collect(ntp, machine.host, {
    'collector.ntp.server-port': server.port,
    ...flags,
  });
  return { ...collected, errors: errors.map((message) => message.replace(String(server.port), '123')) };
}

const WELL: NtpServer = { receive: NOW, transmit: NOW };

function sanityOf(server: NtpServer, flags?: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  return collectFrom((request) => encodeNtpReply(server, request), flags).then(({ lines }) => lines.at(-1));
}

test('ntp emits what the server says and how far the clocks are apart', async () => {
  const server = { ...WELL, leap: 1, receive: NOW + 0.25, transmit: NOW + 0.5, rootDelay: 0.125 };
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

test('ntp speaks the version that a flag asks for', async () => {
  const versions: number[] = [];
  const { state } = await collectFrom(
    (request) => {
      versions.push((request[0] ?? 0) >> 3);
      return encodeNtpReply(WELL, request);
    },
    { 'collector.ntp.protocol-version': 2 },
  );
  assert.deepEqual([state, versions], ['ok', [2]]);
});

test('ntp trusts a server that is well, and no other', async () => {
  assert.equal(await sanityOf(WELL), 'node_ntp_sanity 1');
  const untrusted: readonly NtpServer[] = [
    { ...WELL, stratum: 0 },
    { ...WELL, stratum: 16 },
    { ...WELL, leap: 3 },
    { ...WELL, reference: NOW + 10 },
    { ...WELL, reference: NOW - 200_000 },
    { ...WELL, rootDelay: 30, rootDispersion: 2 },
    { ...WELL, rootDispersion: 3.5 },
    { ...WELL, receive: NOW + 0.25, transmit: NOW + 0.25 },
    { ...WELL, receive: NOW - 0.25, transmit: NOW - 0.25 },
  ];
  for (const server of untrusted) assert.equal(await sanityOf(server), 'node_ntp_sanity 0', JSON.stringify(server));
});

test('ntp takes its limits from flags', async () => {
  const apart = { ...WELL, receive: NOW + 0.25, transmit: NOW + 0.25 };
  assert.equal(await sanityOf(apart, { 'collector.ntp.local-offset-tolerance': 0.5 }), 'node_ntp_sanity 1');
  assert.equal(await sanityOf(WELL, { 'collector.ntp.max-distance': 0.5 }), 'node_ntp_sanity 0');
});

test('ntp has no time of correction from a server that never was', async () => {
  const { lines } = await collectFrom((request) => encodeNtpReply({ ...WELL, reference: 0 }, request));
  assert.ok(lines.includes('node_ntp_reference_timestamp_seconds 0'));
});

test('ntp fails when the reply makes no sense', async () => {
  const { state, errors, lines } = await collectFrom((request) => encodeNtpReply({ ...WELL, mode: 3 }, request));
  assert.deepEqual([state, errors, lines], ['failed', ['expected the mode of a server, got mode 3'], []]);
});

test('ntp fails when nobody listens', async () => {
  await using machine = await createMachine({});
  assert.deepEqual(await collect(ntp, machine.host, { 'collector.ntp.server-port': NOBODY }), {
    state: 'failed',
    errors: [`Cannot ask 127.0.0.1 port ${NOBODY}: ECONNREFUSED`],
    lines: [],
  });
});

test('ntp asks no server elsewhere unless a flag says that it may', () => {
  const defaults = Object.fromEntries(Object.entries(ntp.flags).map(([name, flag]) => [name, flag.default]));
  const elsewhere = { ...defaults, 'collector.ntp.server': '192.0.2.1' };
  assert.throws(() => ntp.create(elsewhere), {
    message:
      'Cannot use --collector.ntp.server without --collector.ntp.server-is-local for an address other than a loopback',
  });
  ntp.create({ ...elsewhere, 'collector.ntp.server-is-local': true });
  ntp.create({ ...defaults, 'collector.ntp.server': '::1' });
});
