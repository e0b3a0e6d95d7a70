import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { logind } from '../../src/collectors/logind.ts';
import { type Collected, collect } from '../support/collect.ts';
import {
  type BusService,
  type ObjectProperties,
  type OutgoingValue,
  replyToGet,
  startFakeBus,
  UNKNOWN_PROPERTY,
} from '../support/fake-dbus.ts';
import { createHostTree } from '../support/host-tree.ts';

async function collectFrom(program: BusService): Promise<Collected> {
  await using machine = await createHostTree({});
  const path = join(machine.root, 'root/var/run/dbus/system_bus_socket');
  await mkdir(dirname(path), { recursive: true });
  await using _bus = await startFakeBus(path, program);
  return await collect(logind, machine.host);
}

function session(remote: boolean, type: string, kind: string): ObjectProperties[string] {
  return {
    'org.freedesktop.login1.Session.Remote': ['b', remote],
    'org.freedesktop.login1.Session.Type': ['s', type],
    'org.freedesktop.login1.Session.Class': ['s', kind],
  };
}

const SESSIONS: ObjectProperties = {
  '/s/1': session(false, 'wayland', 'user'),
  '/s/2': session(true, 'tty', 'user'),
  '/s/3': session(true, 'tty', 'user'),
  '/s/4': session(false, 'hologram', 'manager'),
  '/s/over': {},
};
const ROWS: readonly OutgoingValue[] = [
  ['1', 1000, 'ann', 'seat0', '/s/1'],
  ['2', 1000, 'ann', '', '/s/2'],
  ['3', 1001, 'bob', '', '/s/3'],
  ['4', 1001, 'bob', '', '/s/4'],
  ['5', 1001, 'bob', '', '/s/over'],
];

const program: BusService = (question) => {
  if (question.member === 'ListSeats') return { signature: 'a(so)', values: [[['seat0', '/seat/seat0']]] };
  if (question.member === 'ListSessions') return { signature: 'a(susso)', values: [ROWS] };
  return question.member === 'Get' ? replyToGet(SESSIONS, question) : UNKNOWN_PROPERTY;
};

test('logind emits the sessions of each combination of labels, and 0 for the others', async () => {
  const { state, errors, lines } = await collectFrom(program);
  assert.deepEqual([state, errors], ['ok', []]);
  assert.equal(lines.length, 2 * 7 * 5 * 2);
  assert.deepEqual(
    lines.filter((line) => !line.endsWith(' 0')),
    [
      'node_logind_sessions{seat="",remote="true",type="tty",class="user"} 2',
      'node_logind_sessions{seat="",remote="false",type="other",class="other"} 1',
      'node_logind_sessions{seat="seat0",remote="false",type="wayland",class="user"} 1',
    ],
  );
  assert.ok(lines.includes('node_logind_sessions{seat="seat0",remote="true",type="web",class="background"} 0'));
});

test('logind fails if the reply has an unexpected type', async () => {
  const { state, errors, lines } = await collectFrom(() => ({ signature: 'as', values: [['seat0']] }));
  assert.deepEqual([state, errors, lines], ['failed', ['expected a list instead of "seat0"'], []]);
});

test('logind is absent if systemd-logind is not on the bus', async () => {
  const { state } = await collectFrom(() => ({ error: 'org.freedesktop.DBus.Error.ServiceUnknown' }));
  assert.equal(state, 'absent');
});

test('logind is absent without a system bus', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(logind, machine.host), { state: 'absent', errors: [], lines: [] });
});
