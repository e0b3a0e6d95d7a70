import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { logind } from '../../src/collectors/logind.ts';
import { systemd } from '../../src/collectors/systemd/systemd.ts';
import { collect } from '../support/collect.ts';
import { serveOnBus } from '../support/fake-dbus.ts';
import { createFakeSystemd } from '../support/fake-systemd.ts';
import { createHostTree } from '../support/host-tree.ts';
import { kill, run, waitForOutput } from './support/program.ts';
import { missing } from './support/requirements.ts';

/** Returns the configuration of a bus on which each client may use any name and call any service. */
function createConfig(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** Starts a real dbus-daemon on a socket. */
async function startBus(socket: string): Promise<AsyncDisposable> {
  const config = join(dirname(socket), 'bus.conf');
  await mkdir(dirname(socket), { recursive: true });
  await writeFile(config, createConfig(socket));
  const daemon = run('dbus-daemon', ['--nofork', '--nopidfile', '--print-address', `--config-file=${config}`]);
  await waitForOutput(daemon, /unix:path=/);
  return { [Symbol.asyncDispose]: () => kill(daemon) };
}

const UNIT_COUNT = 200;

test('the collectors systemd and logind call services through a real D-Bus daemon', {
  skip: missing('dbus-daemon'),
  timeout: 30_000,
}, async () => {
  await using tree = await createHostTree({});
  const socket = join(tree.root, 'root/run/dbus/system_bus_socket');
  await using _bus = await startBus(socket);
  const units = Array.from({ length: UNIT_COUNT }, (_, index) => ({
    name: `worker@${index}.service`,
    active: 'active',
    properties: { 'Service.Type': ['s', 'simple'], 'Service.NRestarts': ['u', index] } as const,
  }));
  const service = createFakeSystemd({ manager: { Version: '252.39-1~deb12u1', SystemState: 'running' }, units });
  await using _systemd = await serveOnBus(socket, 'org.freedesktop.systemd1', service);

  const { state, errors, lines } = await collect(systemd, tree.host, {
    'collector.systemd.enable-restarts-metrics': true,
  });
  assert.deepEqual([state, errors], ['ok', []]);
  assert.ok(lines.includes('node_systemd_version{version="252.39-1~deb12u1"} 252.39'));
  assert.ok(lines.includes('node_systemd_system_running 1'));
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_systemd_service_restart_total')),
    units.map(({ name }, index) => `node_systemd_service_restart_total{name="${name}"} ${index}`),
  );

  assert.equal((await collect(logind, tree.host)).state, 'absent');
});
