import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFamilies, semconvPasses } from '../../semconv/semconv-pass.ts';
import { createHostTree } from '../../support/host-tree.ts';

/** The line of all CPUs contains the ticks of CPU 2, which is offline. */
const BEFORE = 'cpu  1000 0 300 5000 0 0 0 0 0 0\ncpu0 400 0 100 2000 0 0 0 0 0 0\ncpu1 400 0 100 2000 0 0 0 0 0 0\n';
const AFTER = 'cpu  1060 0 320 5120 0 0 0 0 0 0\ncpu0 430 0 110 2060 0 0 0 0 0 0\ncpu1 430 0 110 2060 0 0 0 0 0 0\n';

/** Returns the CPU times and utilizations of the second pass, without those that are 0. */
async function secondPass(...argv: readonly string[]): Promise<readonly string[]> {
  await using machine = await createHostTree({ 'proc/stat': BEFORE });
  const gather = semconvPasses(machine.host, [], argv);
  await gather();
  await machine.write({ 'proc/stat': AFTER });
  const lines = formatFamilies(await gather()).split('\n');
  return lines.filter((line) => /^system\.cpu\./.test(line) && !line.endsWith(' 0'));
}

test('cpu emits the time and utilization of each CPU by default', async () => {
  const cpus = ['0', '1'].flatMap((cpu) => [
    `system.cpu.time{cpu.logical_number=${cpu},cpu.mode="user"} 4.3`,
    `system.cpu.time{cpu.logical_number=${cpu},cpu.mode="system"} 1.1`,
    `system.cpu.time{cpu.logical_number=${cpu},cpu.mode="idle"} 20.6`,
  ]);
  const utilization = ['0', '1'].flatMap((cpu) => [
    `system.cpu.utilization{cpu.logical_number=${cpu},cpu.mode="user"} 0.3`,
    `system.cpu.utilization{cpu.logical_number=${cpu},cpu.mode="system"} 0.1`,
    `system.cpu.utilization{cpu.logical_number=${cpu},cpu.mode="idle"} 0.6`,
  ]);
  assert.deepEqual(await secondPass(), [...cpus, ...utilization, 'system.cpu.logical.count{} 2']);
});

test('cpu emits the time and utilization of all CPUs together without semconv-per-cpu', async () => {
  assert.deepEqual(await secondPass('--no-collector.cpu.semconv-per-cpu'), [
    'system.cpu.time{cpu.mode="user"} 10.6',
    'system.cpu.time{cpu.mode="system"} 3.2',
    'system.cpu.time{cpu.mode="idle"} 51.2',
    'system.cpu.utilization{cpu.mode="user"} 0.3',
    'system.cpu.utilization{cpu.mode="system"} 0.1',
    'system.cpu.utilization{cpu.mode="idle"} 0.6',
    'system.cpu.logical.count{} 2',
  ]);
});
