import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuVulnerabilities } from '../../src/collectors/cpu_vulnerabilities.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const DIRECTORY = 'sys/devices/system/cpu/vulnerabilities';

test('cpu_vulnerabilities emits the state and the mitigation of each vulnerability', async () => {
  await using machine = await createHostTree({
    [`${DIRECTORY}/mds`]: 'Not affected\n',
    [`${DIRECTORY}/meltdown`]: 'Mitigation: PTI\n',
    [`${DIRECTORY}/itlb_multihit`]: 'KVM: Vulnerable\n',
  });
  assert.deepEqual(await collect(cpuVulnerabilities, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_cpu_vulnerabilities_info{codename="itlb_multihit",state="unknown",mitigation="KVM: Vulnerable"} 1',
      'node_cpu_vulnerabilities_info{codename="mds",state="not affected",mitigation=""} 1',
      'node_cpu_vulnerabilities_info{codename="meltdown",state="mitigation",mitigation="PTI"} 1',
    ],
  });
});

test('cpu_vulnerabilities drops a file that cannot be read and keeps the others', async () => {
  await using machine = await createHostTree({ [`${DIRECTORY}/mds/`]: '', [`${DIRECTORY}/srbds`]: 'Vulnerable\n' });
  assert.deepEqual(await collect(cpuVulnerabilities, machine.host), {
    state: 'failed',
    errors: ['Cannot read /sys/devices/system/cpu/vulnerabilities/mds: is a directory'],
    lines: ['node_cpu_vulnerabilities_info{codename="srbds",state="vulnerable",mitigation=""} 1'],
  });
});

test('cpu_vulnerabilities emits nothing without the directory of vulnerabilities', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(cpuVulnerabilities, machine.host), { state: 'ok', errors: [], lines: [] });
});
