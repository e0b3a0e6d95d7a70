import assert from 'node:assert/strict';
import { test } from 'node:test';
import { os } from '../../src/collectors/os.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FEDORA = `NAME="Fedora Linux"
VERSION="41 (Server Edition)"
ID=fedora
VERSION_ID=41.2.1
PRETTY_NAME="Fedora Linux 41"
SUPPORT_END=2025-12-15
VARIANT_ID=server
`;

test('os emits names, version and end of support', async () => {
  await using machine = await createHostTree({ 'root/etc/os-release': FEDORA });
  const names = [
    'build_id=""',
    'id="fedora"',
    'id_like=""',
    'image_id=""',
    'image_version=""',
    'name="Fedora Linux"',
    'pretty_name="Fedora Linux 41"',
    'variant=""',
    'variant_id="server"',
    'version="41 (Server Edition)"',
    'version_codename=""',
    'version_id="41.2.1"',
  ];
  assert.deepEqual(await collect(os, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_os_info{${names.join()}} 1`,
      'node_os_version{id="fedora",id_like="",name="Fedora Linux"} 41.2',
      'node_os_support_end_timestamp_seconds 1765756800',
    ],
  });
});

test('os reads /usr/lib/os-release where /etc has none, and emits no version for a rolling release', async () => {
  await using machine = await createHostTree({ 'root/usr/lib/os-release': 'ID=arch\nVERSION_ID=rolling\n' });
  const { state, lines } = await collect(os, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^node_os_info\{.*id="arch".*version_id="rolling"\} 1$/);
});

test('os emits no version with more digits than a number holds', async () => {
  await using machine = await createHostTree({ 'root/etc/os-release': `ID=x\nVERSION_ID=${'9'.repeat(400)}\n` });
  const { state, lines } = await collect(os, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 1);
});

test('os emits everything else when the end of support is not a date', async () => {
  await using machine = await createHostTree({ 'root/etc/os-release': 'ID=x\n' });
  const { lines: all } = await collect(os, machine.host);
  await machine.write({ 'root/etc/os-release': 'ID=x\nSUPPORT_END=soon\n' });
  assert.deepEqual(await collect(os, machine.host), {
    state: 'failed',
    errors: ['Cannot parse SUPPORT_END of os-release: "soon"'],
    lines: all,
  });
});

test('os is absent where os-release is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(os, machine.host), { state: 'absent', errors: [], lines: [] });
});
