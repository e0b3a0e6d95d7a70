import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edac } from '../../src/collectors/edac.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const MC0 = 'sys/devices/system/edac/mc/mc0';
const FILES = {
  [`${MC0}/ce_count`]: '1\n',
  [`${MC0}/ue_count`]: '2\n',
  [`${MC0}/ce_noinfo_count`]: '3\n',
  [`${MC0}/ue_noinfo_count`]: '4\n',
  [`${MC0}/csrow0/ce_count`]: '5\n',
  [`${MC0}/csrow0/ue_count`]: '6\n',
  [`${MC0}/csrow0/ch0_ce_count`]: '7\n',
  [`${MC0}/csrow0/ch0_dimm_label`]: 'CPU#0csrow0channel0\n',
  [`${MC0}/csrow0/ch1_ce_count`]: '8\n',
  [`${MC0}/csrow0/ch1_ue_count`]: '9\n',
  'sys/devices/system/edac/mc/power/control': 'auto\n',
};
const LINES = [
  'node_edac_correctable_errors_total{controller="0"} 1',
  'node_edac_uncorrectable_errors_total{controller="0"} 2',
  'node_edac_csrow_correctable_errors_total{controller="0",csrow="unknown"} 3',
  'node_edac_csrow_correctable_errors_total{controller="0",csrow="0"} 5',
  'node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="unknown"} 4',
  'node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="0"} 6',
  'node_edac_channel_correctable_errors_total{controller="0",csrow="0",channel="0",dimm_label="CPU0_csrow0_channel0"} 7',
  'node_edac_channel_correctable_errors_total{controller="0",csrow="0",channel="1",dimm_label="unknown"} 8',
  'node_edac_channel_uncorrectable_errors_total{controller="0",csrow="0",channel="1",dimm_label="unknown"} 9',
];

test('edac emits the errors of controllers, rows and channels', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(edac, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('edac drops a malformed controller and keeps the others', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/devices/system/edac/mc/mc1/csrow3/ce_count': 'x\n' });
  assert.deepEqual(await collect(edac, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/devices/system/edac/mc/mc1/csrow3/ce_count: expected an integer, got "x"'],
    lines: LINES,
  });
});

test('edac emits nothing without a memory controller', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(edac, machine.host), { state: 'ok', errors: [], lines: [] });
});
