import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { KernelTree } from '../../src/host/host.ts';
import { processMetrics } from '../../src/self/process.ts';
import { createHostTree } from '../support/host-tree.ts';
import { reportSelfMetrics } from '../support/self-metrics.ts';

test('processMetrics() reports memory and limits from procfs', async () => {
  await using machine = await createHostTree({
    'proc/status': 'Name:\tnode\nVmSize:\t  2048 kB\n',
    'proc/limits':
      'Limit                     Soft Limit           Hard Limit           Units     \n' +
      'Max open files            1024                 524288               files     \n' +
      'Max address space         unlimited            unlimited            bytes     \n',
  });
  const names = ['process_virtual_memory_bytes', 'process_virtual_memory_max_bytes', 'process_max_fds'];
  const samples = reportSelfMetrics(processMetrics(machine.host.proc));
  assert.deepEqual(
    samples.filter(([name]) => names.includes(name)).map(([name, value]) => [name, value]),
    [
      ['process_virtual_memory_bytes', 2 * 1024 * 1024],
      ['process_virtual_memory_max_bytes', -1],
      ['process_max_fds', 1024],
    ],
  );
});

test('processMetrics() counts open file descriptors', () => {
  const before = readdirSync('/proc/self/fd').length;
  const opened = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  const samples = reportSelfMetrics(processMetrics(new KernelTree('/proc/self')));
  for (const descriptor of opened) closeSync(descriptor);
  const count = Number(samples.find(([name]) => name === 'process_open_fds')?.[1]);
  // Allow a difference of 1: listing the directory opens a descriptor.
  assert.ok(count >= before + 49 && count <= before + 51, `${before}, then ${count}`);
});

test('processMetrics() omits metrics without procfs', () => {
  const names = reportSelfMetrics(processMetrics(new KernelTree('/nowhere'))).map(([name]) => name);
  assert.deepEqual(names, ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']);
});

test('processMetrics() reports semconv metrics to pushes, with utilization from the second pass on', async () => {
  await using machine = await createHostTree({
    'proc/status': 'Name:\tnode\nVmSize:\t  2048 kB\nThreads:\t11\n',
    'proc/io': 'rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n',
  });
  const metrics = processMetrics(machine.host.proc);
  const report = () => reportSelfMetrics(metrics, [], 'semconv') as [string, number, unknown][];
  const first = report();
  assert.deepEqual(
    first.filter(([name]) => /virtual|thread|disk/.test(name)),
    [
      ['process.memory.virtual', 2 * 1024 * 1024, {}],
      ['process.thread.count', 11, {}],
      ['process.disk.io', 4096, { 'disk.io.direction': 'read' }],
      ['process.disk.io', 8192, { 'disk.io.direction': 'write' }],
    ],
  );
  const utilizations = (samples: typeof first) => samples.filter(([name]) => name === 'process.cpu.utilization');
  assert.deepEqual(utilizations(first), []);
  const second = utilizations(report());
  assert.deepEqual(
    second.map(([, , attributes]) => attributes),
    [{ 'cpu.mode': 'user' }, { 'cpu.mode': 'system' }],
  );
  assert.ok(
    second.every(([, value]) => value >= 0),
    JSON.stringify(second),
  );
});

test('processMetrics() omits semconv metrics without procfs', () => {
  const samples = reportSelfMetrics(processMetrics(new KernelTree('/nowhere')), [], 'semconv');
  assert.deepEqual(
    [...new Set(samples.map(([name]) => name))],
    [
      'process.cpu.time',
      'process.uptime',
      'process.memory.usage',
      'process.memory.utilization',
      'process.context_switches',
      'process.paging.faults',
    ],
  );
});
