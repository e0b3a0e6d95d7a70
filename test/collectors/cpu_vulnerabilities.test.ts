import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuVulnerabilities } from '../../src/collectors/cpu_vulnerabilities.ts';
import { collect } from '../support/collect.ts';
import { createMachine } from '../support/machine.ts';

const FOLDER = 'sys/devices/system/cpu/vulnerabilities';

test('cpu_vulnerabilities emits what the kernel says of each', async () => {
  await using machine = await createMachine({
    [`${FOLDER}/mds`]: 'Not affected\n',
    [`${FOLDER}/meltdown`]: 'Mitigation: PTI\n',
    [`${FOLDER}/itlb_multihit`]: 'KVM: Vulnerable\n',
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

test('cpu_vulnerabilities drops what cannot be read and keeps its neighbours', async () => {
  await using machine = await createMachine({ [`${FOLDER}/mds/`]: '', [`${FOLDER}/srbds`]: 'Vulnerable\n' });
  assert.deepEqual(await collect(cpuVulnerabilities, machine.host), {
    state: 'failed',
    errors: ['Cannot read /sys/devices/system/cpu/vulnerabilities/mds: is a directory'],
    lines: ['node_cpu_vulnerabilities_info{codename="srbds",state="vulnerable",mitigation=""} 1'],
  });
});

test('cpu_vulnerabilities has nothing to say where the kernel knows none', async () => {
  await using machine = await createMachine({});
  assert.deepEqual(await collect(cpuVulnerabilities, machine.host), { state: 'ok', errors: [], lines: [] });
});
