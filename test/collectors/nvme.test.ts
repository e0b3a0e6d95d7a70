import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nvme } from '../../src/collectors/nvme.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'sys/class/nvme/nvme0/firmware_rev': 'EDA7 \n',
  'sys/class/nvme/nvme0/model': 'KBG40ZNV256G KIOXIA                     \n',
  'sys/class/nvme/nvme0/serial': '10X\n',
  'sys/class/nvme/nvme0/state': 'live\n',
  'sys/class/nvme/nvme0/cntlid': '0\n',
  'sys/class/nvme/nvme0/nvme0n1/size': '500118192\n',
  'sys/class/nvme/nvme0/nvme0n1/nuse': '1000\n',
  'sys/class/nvme/nvme0/nvme0n1/queue/logical_block_size': '512\n',
  'sys/class/nvme/nvme0/power/control': 'auto\n',
};
const INFO =
  'node_nvme_info{device="nvme0",firmware_revision="EDA7",model="KBG40ZNV256G KIOXIA",serial="10X",state="live",cntlid="0"} 1';
const LINES = [
  INFO,
  'node_nvme_namespace_info{device="nvme0",nsid="1",ana_state="unknown"} 1',
  'node_nvme_namespace_capacity_bytes{device="nvme0",nsid="1"} 256060514304',
  'node_nvme_namespace_size_bytes{device="nvme0",nsid="1"} 256060514304',
  'node_nvme_namespace_used_bytes{device="nvme0",nsid="1"} 512000',
  'node_nvme_namespace_logical_block_size_bytes{device="nvme0",nsid="1"} 512',
];

test('nvme emits controllers and their namespaces', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(nvme, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('nvme emits the namespaces of a controller with native multipath by their IDs', async () => {
  await using machine = await createHostTree({
    'sys/class/nvme/nvme3/model': 'M\n',
    'sys/class/nvme/nvme3/nvme0c3n12/ana_state': 'inaccessible\n',
    'sys/class/nvme/nvme3/nvme0c3n12/nsid': '7\n',
    'sys/class/nvme/nvme3/nvme0c3n12/size': '4096\n',
    'sys/class/nvme/nvme3/nvme0c3n12/queue/logical_block_size': '512\n',
    'sys/class/nvme/nvme3/nvme0c3n13/ana_state': 'optimized\n',
  });
  assert.deepEqual(await collect(nvme, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_nvme_info{device="nvme3",firmware_revision="",model="M",serial="",state="",cntlid=""} 1',
      'node_nvme_namespace_info{device="nvme3",nsid="7",ana_state="inaccessible"} 1',
      'node_nvme_namespace_info{device="nvme3",nsid="13",ana_state="optimized"} 1',
      'node_nvme_namespace_capacity_bytes{device="nvme3",nsid="7"} 2097152',
      'node_nvme_namespace_size_bytes{device="nvme3",nsid="7"} 2097152',
      'node_nvme_namespace_logical_block_size_bytes{device="nvme3",nsid="7"} 512',
    ],
  });
});

test('nvme omits the used bytes on an older kernel', async () => {
  const { 'sys/class/nvme/nvme0/nvme0n1/nuse': _, ...files } = FILES;
  await using machine = await createHostTree({
    ...files,
    'sys/class/nvme/nvme0/nvme0n1/ana_state': 'optimized\n',
  });
  assert.deepEqual((await collect(nvme, machine.host)).lines, [
    INFO,
    'node_nvme_namespace_info{device="nvme0",nsid="1",ana_state="optimized"} 1',
    ...LINES.filter((line) => /capacity|size_bytes/.test(line)),
  ]);
});

test('nvme drops the families of a damaged attribute and keeps everything else', async () => {
  const damaged = Object.entries(FILES).map(([path, text]) => [path.replaceAll('nvme0', 'nvme1'), text]);
  await using machine = await createHostTree({ ...FILES, ...Object.fromEntries(damaged) });
  const { lines: all } = await collect(nvme, machine.host);
  await machine.write({ 'sys/class/nvme/nvme1/nvme1n1/size': 'large\n' });
  assert.deepEqual(await collect(nvme, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/nvme/nvme1/nvme1n1/size: expected an integer, got "large"'],
    lines: all.filter((line) => !/namespace_(size|capacity)_bytes\{device="nvme1"/.test(line)),
  });
});

test('nvme is absent where /sys/class/nvme is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(nvme, machine.host), { state: 'absent', errors: [], lines: [] });
});
