import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { systemd } from '../../../src/collectors/systemd/systemd.ts';
import { type Collected, collect } from '../../support/collect.ts';
import { type BusService, type OutgoingValue, startFakeBus } from '../../support/fake-dbus.ts';
import { createFakeSystemd, type FakeSystemd } from '../../support/fake-systemd.ts';
import { createHostTree } from '../../support/host-tree.ts';

const BUS = 'root/run/dbus/system_bus_socket';

async function collectFrom(
  program: BusService,
  flags: Readonly<Record<string, unknown>> = {},
  socket = BUS,
): Promise<Collected> {
  await using machine = await createHostTree({});
  const path = join(machine.root, socket);
  await mkdir(dirname(path), { recursive: true });
  await using _bus = await startFakeBus(path, program);
  return await collect(systemd, machine.host, flags);
}

const SYSTEM: FakeSystemd = {
  manager: { Version: '257.1-1.fc41', Virtualization: 'kvm', SystemState: 'degraded' },
  units: [
    {
      name: 'ssh.service',
      active: 'active',
      properties: {
        'Service.Type': ['s', 'notify'],
        'Service.NRestarts': ['u', 3],
        'Service.TasksCurrent': ['t', 5n],
        'Service.TasksMax': ['t', 18_446_744_073_709_551_615n],
        'Unit.ActiveEnterTimestamp': ['t', 1_760_000_000_123_456n],
      },
    },
    { name: 'gone.service', active: 'failed' },
    {
      name: 'dbus.socket',
      active: 'active',
      properties: {
        'Socket.NAccepted': ['u', 17],
        'Socket.NConnections': ['u', 2],
        'Unit.ActiveEnterTimestamp': ['t', 1_000_000n],
      },
    },
    { name: 'apt.timer', active: 'inactive', properties: { 'Timer.LastTriggerUSec': ['t', 1_500_000n] } },
    { name: 'home.mount', active: 'active', properties: { 'Mount.Type': ['s', 'ext4'] } },
    { name: 'dev-sda.device', active: 'active' },
    { name: 'missing.service', load: 'not-found', active: 'inactive' },
  ],
};

function states(name: string, type: string, active: string): string[] {
  return ['active', 'activating', 'deactivating', 'inactive', 'failed'].map(
    (state) => `node_systemd_unit_state{name="${name}",state="${state}",type="${type}"} ${state === active ? 1 : 0}`,
  );
}

const SUMMARY = [
  'node_systemd_version{version="257.1-1.fc41"} 257.1',
  'node_systemd_virtualization_info{virtualization_type="kvm"} 1',
  'node_systemd_units{state="active"} 4',
  'node_systemd_units{state="activating"} 0',
  'node_systemd_units{state="deactivating"} 0',
  'node_systemd_units{state="inactive"} 2',
  'node_systemd_units{state="failed"} 1',
];
const UNITS = [
  ...states('ssh.service', 'notify', 'active'),
  ...states('gone.service', '', 'failed'),
  ...states('dbus.socket', '', 'active'),
  ...states('apt.timer', '', 'inactive'),
];

/** Sorts the lines, because the exposition groups the families in another order than the test. */
function sorted(lines: readonly string[]): string[] {
  return [...lines].sort();
}

test('systemd emits the manager, its units, sockets and timers', async () => {
  const { state, errors, lines } = await collectFrom(createFakeSystemd(SYSTEM));
  assert.deepEqual([state, errors], ['ok', []]);
  assert.deepEqual(
    sorted(lines),
    sorted([
      ...SUMMARY,
      ...UNITS,
      'node_systemd_socket_accepted_connections_total{name="dbus.socket"} 17',
      'node_systemd_socket_current_connections{name="dbus.socket"} 2',
      'node_systemd_timer_last_trigger_seconds{name="apt.timer"} 1.5',
      'node_systemd_system_running 0',
    ]),
  );
});

test('systemd emits tasks, restarts and start times with their flags', async () => {
  const { lines } = await collectFrom(createFakeSystemd(SYSTEM), {
    'collector.systemd.enable-task-metrics': true,
    'collector.systemd.enable-restarts-metrics': true,
    'collector.systemd.enable-start-time-metrics': true,
  });
  assert.deepEqual(
    lines.filter((line) => /_(tasks|restart|start)_/.test(line)),
    [
      'node_systemd_service_restart_total{name="ssh.service"} 3',
      'node_systemd_unit_tasks_current{name="ssh.service"} 5',
      'node_systemd_unit_start_time_seconds{name="ssh.service"} 1760000000.123456',
      'node_systemd_unit_start_time_seconds{name="gone.service"} 0',
      'node_systemd_unit_start_time_seconds{name="dbus.socket"} 1',
      'node_systemd_unit_start_time_seconds{name="apt.timer"} 0',
    ],
  );
});

test('systemd matches the patterns against whole unit names', async () => {
  const flags = {
    'collector.systemd.unit-include': /ssh|.*\.mount|apt\.timer/,
    'collector.systemd.unit-exclude': /apt/,
  };
  const { lines } = await collectFrom(createFakeSystemd(SYSTEM), flags);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_systemd_unit_state')),
    [...states('apt.timer', '', 'inactive'), ...states('home.mount', 'ext4', 'active')],
  );
});

test('systemd accepts the old names of its flags and refuses both names together', () => {
  const defaults = Object.fromEntries(Object.entries(systemd.flags).map(([name, flag]) => [name, flag.default]));
  systemd.create({ ...defaults, 'collector.systemd.unit-whitelist': /ssh/ });
  assert.throws(
    () =>
      systemd.create({
        ...defaults,
        'collector.systemd.unit-blacklist': /a/,
        'collector.systemd.unit-exclude': /b/,
      }),
    { message: 'Cannot use --collector.systemd.unit-exclude and --collector.systemd.unit-blacklist together' },
  );
});

test('systemd omits the system state and timers on a version before 212', async () => {
  const { state, lines } = await collectFrom(
    createFakeSystemd({
      manager: { Version: 'systemd 208' },
      units: SYSTEM.units.filter(({ name }) => name === 'apt.timer'),
    }),
  );
  assert.equal(state, 'ok');
  assert.deepEqual(
    sorted(lines),
    sorted([
      'node_systemd_version{version="systemd 208"} 208',
      'node_systemd_virtualization_info{virtualization_type="unknown"} 1',
      'node_systemd_units{state="active"} 0',
      'node_systemd_units{state="activating"} 0',
      'node_systemd_units{state="deactivating"} 0',
      'node_systemd_units{state="inactive"} 1',
      'node_systemd_units{state="failed"} 0',
      ...states('apt.timer', '', 'inactive'),
    ]),
  );
});

test('systemd counts units in states that the collector does not list', async () => {
  const { lines } = await collectFrom(
    createFakeSystemd({ ...SYSTEM, units: [{ name: 'a.service', active: 'refreshing' }] }),
  );
  assert.ok(lines.includes('node_systemd_units{state="refreshing"} 1'));
});

test('systemd connects to the private socket with the flag private', async () => {
  const flags = { 'collector.systemd.private': true };
  const { state, lines } = await collectFrom(createFakeSystemd(SYSTEM), flags, 'root/run/systemd/private');
  assert.equal(state, 'ok');
  assert.ok(lines.includes('node_systemd_system_running 0'));
});

test('systemd is absent where the bus has no systemd', async () => {
  const { state } = await collectFrom(() => ({ error: 'org.freedesktop.DBus.Error.ServiceUnknown' }));
  assert.equal(state, 'absent');
});

test('systemd fails when a reply has the wrong type', async () => {
  const { state, errors } = await collectFrom((call) =>
    call.member === 'ListUnits' ? { signature: 's', values: ['many'] } : { error: 'org.example.No' },
  );
  assert.deepEqual([state, errors], ['failed', ['expected a list instead of "many"']]);
});

test('systemd leaves out malformed units and properties, and emits all others', async () => {
  const program = createFakeSystemd({
    manager: { Version: '257', SystemState: 'running' },
    units: [
      {
        name: 'a.service',
        active: 'active',
        properties: {
          'Service.Type': ['s', 'simple'],
          'Service.NRestarts': ['s', 'many'],
          'Service.TasksMax': ['t', 9n],
        },
      },
      {
        name: 'b.service',
        active: 'active',
        properties: { 'Service.Type': ['u', 7], 'Service.NRestarts': ['u', 2] },
      },
      {
        name: 'c.socket',
        active: 'active',
        properties: { 'Socket.NAccepted': ['s', '?'], 'Socket.NRefused': ['u', 4] },
      },
    ],
  });
  const withMalformed: BusService = (call) => {
    const {
      arguments: [, name],
    } = call;
    if (name === 'Virtualization') return { signature: 'v', values: [{ type: 'u', value: 5 }] };
    const reply = program(call);
    if (call.member !== 'ListUnits' || typeof reply === 'string' || 'error' in reply) return reply;
    const [units] = reply.values;
    assert.ok(Array.isArray(units));
    return { signature: 'av', values: [[...units.map(toVariant), { type: 'u', value: 8 }]] };
  };
  const { state, errors, lines } = await collectFrom(withMalformed, {
    'collector.systemd.enable-restarts-metrics': true,
    'collector.systemd.enable-task-metrics': true,
  });
  assert.equal(state, 'failed');
  assert.deepEqual(
    sorted(errors),
    sorted([
      'Cannot use property Virtualization of systemd: expected a string instead of 5',
      'Cannot use a unit of systemd: expected a list instead of 8',
      'Cannot use property NRestarts of unit a.service: expected a number instead of "many"',
      'Cannot use property Type of unit b.service: expected a string instead of 7',
      'Cannot use property NAccepted of unit c.socket: expected a number instead of "?"',
    ]),
  );
  assert.deepEqual(
    sorted(lines.filter((line) => !line.startsWith('node_systemd_units'))),
    sorted([
      'node_systemd_version{version="257"} 257',
      ...states('a.service', 'simple', 'active'),
      ...states('c.socket', '', 'active'),
      'node_systemd_unit_tasks_max{name="a.service"} 9',
      'node_systemd_service_restart_total{name="b.service"} 2',
      'node_systemd_socket_refused_connections_total{name="c.socket"} 4',
      'node_systemd_system_running 1',
    ]),
  );
});

function toVariant(value: OutgoingValue): OutgoingValue {
  return { type: '(ssssssouso)', value };
}

test('systemd is absent where the host has no bus', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(systemd, machine.host), { state: 'absent', errors: [], lines: [] });
});
