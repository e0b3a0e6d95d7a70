import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Readiness } from '../../src/app/readiness.ts';
import type { CollectorResult } from '../../src/collection/gatherer.ts';
import { NODE_EXPORTER } from '../../src/config/app-info.ts';
import { readConfig } from '../../src/config/config.ts';
import { suggest } from '../../src/flags/suggest.ts';
import { KernelTree } from '../../src/host/host.ts';
import { HistogramBuckets } from '../../src/metrics/histogram-buckets.ts';
import { instanceId, readIdentity } from '../../src/self/identity.ts';
import { nodejsMetrics } from '../../src/self/nodejs.ts';
import { processMetrics } from '../../src/self/process.ts';
import { ScrapeMetrics } from '../../src/self/scrape-metrics.ts';
import { RepeatFilter } from '../../src/util/log.ts';
import { createHostTree } from '../support/host-tree.ts';
import { reportSelfMetrics } from '../support/self-metrics.ts';

function outcome(collector: string, state: CollectorResult['state']): CollectorResult {
  return { collector, state, seconds: 0.25, errors: [], families: [] };
}

test('Buckets counts each observation in its bucket and all larger ones', () => {
  const buckets = new HistogramBuckets([1, 2, 4]);
  for (const value of [0.5, 2, 3, 9]) buckets.observe(value);
  assert.deepEqual(buckets.value, { bounds: [1, 2, 4], counts: [1, 2, 3], sum: 14.5, count: 4 });
});

test('Scrapes tells failed from absent, and counts what has been', () => {
  const scrapes = new ScrapeMetrics(['a', 'b']);
  const outcomes = [outcome('a', 'failed'), outcome('b', 'absent')];
  scrapes.begin();
  for (const each of outcomes) scrapes.count(each);
  const [, , , , ...rest] = reportSelfMetrics(scrapes, outcomes);
  assert.deepEqual(rest[0], ['node_exporter_scrapes_total', 1, {}]);
  assert.deepEqual(rest.slice(2), [
    ['node_exporter_scrape_errors_total', 1, { collector: 'a' }],
    ['node_exporter_scrape_errors_total', 0, { collector: 'b' }],
  ]);
  scrapes.end(0.02);
  assert.deepEqual(reportSelfMetrics(scrapes, outcomes).slice(0, 4), [
    ['node_scrape_collector_duration_seconds', 0.25, { collector: 'a' }],
    ['node_scrape_collector_duration_seconds', 0.25, { collector: 'b' }],
    ['node_scrape_collector_success', 0, { collector: 'a' }],
    ['node_scrape_collector_success', 0, { collector: 'b' }],
  ]);
  assert.deepEqual(reportSelfMetrics(scrapes).slice(1), [
    [
      'node_exporter_scrape_duration_seconds',
      {
        bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        counts: [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        sum: 0.02,
        count: 1,
      },
      {},
    ],
    ['node_exporter_last_scrape_duration_seconds', 0.02, {}],
    ['node_exporter_scrape_errors_total', 1, { collector: 'a' }],
    ['node_exporter_scrape_errors_total', 0, { collector: 'b' }],
  ]);
});

test('describeProcess() tells size, files and limits of the process', async () => {
  await using machine = await createHostTree({
    'proc/status': 'Name:\tnode\nVmSize:\t  2048 kB\n',
    'proc/limits':
      'Limit                     Soft Limit           Hard Limit           Units     \n' +
      'Max open files            1024                 524288               files     \n' +
      'Max address space         unlimited            unlimited            bytes     \n',
  });
  const names = ['process_virtual_memory_bytes', 'process_virtual_memory_max_bytes', 'process_max_fds'];
  const all = reportSelfMetrics(processMetrics(machine.host.proc));
  assert.deepEqual(
    all.filter(([name]) => names.includes(name)).map(([name, value]) => [name, value]),
    [
      ['process_virtual_memory_bytes', 2 * 1024 * 1024],
      ['process_virtual_memory_max_bytes', -1],
      ['process_max_fds', 1024],
    ],
  );
});

test('describeProcess() counts the files that are open', () => {
  const before = readdirSync('/proc/self/fd').length;
  const opened = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  const all = reportSelfMetrics(processMetrics(new KernelTree('/proc/self')));
  for (const descriptor of opened) closeSync(descriptor);
  const count = Number(all.find(([name]) => name === 'process_open_fds')?.[1]);
  // To list them opens one more.
  assert.ok(count >= before + 49 && count <= before + 51, `${before}, then ${count}`);
});

test('describeProcess() leaves out what a sandbox hides', () => {
  const names = reportSelfMetrics(processMetrics(new KernelTree('/nowhere'))).map(([name]) => name);
  assert.deepEqual(names, ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']);
});

test('describeProcess() says what the conventions ask, and utilization from the second pass on', async () => {
  await using machine = await createHostTree({
    'proc/status': 'Name:\tnode\nVmSize:\t  2048 kB\nThreads:\t11\n',
    'proc/io': 'rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n',
  });
  const description = processMetrics(machine.host.proc);
  const say = () => reportSelfMetrics(description, [], 'semconv') as [string, number, unknown][];
  const first = say();
  assert.deepEqual(
    first.filter(([name]) => /virtual|thread|disk/.test(name)),
    [
      ['process.memory.virtual', 2 * 1024 * 1024, {}],
      ['process.thread.count', 11, {}],
      ['process.disk.io', 4096, { 'disk.io.direction': 'read' }],
      ['process.disk.io', 8192, { 'disk.io.direction': 'write' }],
    ],
  );
  const utilization = (said: typeof first) => said.filter(([name]) => name === 'process.cpu.utilization');
  assert.deepEqual(utilization(first), []);
  const second = utilization(say());
  assert.deepEqual(
    second.map(([, , attributes]) => attributes),
    [{ 'cpu.mode': 'user' }, { 'cpu.mode': 'system' }],
  );
  assert.ok(
    second.every(([, value]) => value >= 0),
    JSON.stringify(second),
  );
});

test('describeProcess() leaves out what a sandbox hides of what the conventions ask', () => {
  const said = reportSelfMetrics(processMetrics(new KernelTree('/nowhere')), [], 'semconv');
  assert.deepEqual(
    [...new Set(said.map(([name]) => name))],
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

test('describeNodejs() emits all that it declares', () => {
  const description = nodejsMetrics();
  const names = new Set(reportSelfMetrics(description).map(([name]) => name));
  assert.deepEqual(names, new Set(description.families.map(({ name }) => name)));
});

test('Readiness comes with the first success and goes for good with the stop', () => {
  const readiness = new Readiness();
  assert.equal(readiness.reason, 'The first pass has not ended');
  readiness.endFirstPass();
  assert.equal(readiness.reason, 'No collector has succeeded');
  readiness.become();
  assert.equal(readiness.reason, undefined);
  readiness.endFirstPass();
  assert.equal(readiness.reason, undefined);
  readiness.stop();
  readiness.become();
  assert.equal(readiness.reason, 'Shutting down');
});

test('Repeats lets the same message through once a minute', () => {
  let now = 0;
  const repeats = new RepeatFilter(() => now);
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a'), repeats.isDue('b')], [true, false, true]);
  now = 59_999;
  assert.equal(repeats.isDue('a'), false);
  now = 60_000;
  assert.deepEqual([repeats.isDue('a'), repeats.isDue('a')], [true, false]);
});

test('Repeats remembers no more than a thousand messages', () => {
  let now = 0;
  const repeats = new RepeatFilter(() => now);
  const due = Array.from({ length: 2000 }, (_, index) => repeats.isDue(`message ${index}`));
  assert.equal(due.filter(Boolean).length, 1000);
  now = 60_000;
  assert.equal(repeats.isDue('another'), true);
});

test('nearest() finds what was meant, and nothing when nothing is near', () => {
  const names = ['web.listen-address', 'web.listen-port', 'log.level'];
  assert.equal(suggest('web.listen-adress', names), 'web.listen-address');
  assert.equal(suggest('loglevel', names), 'log.level');
  assert.equal(suggest('xyzzy', names), undefined);
});

test('instanceId() is the same UUID for the same parts, and another for others', () => {
  assert.equal(instanceId(['host', 'service', ':23333']), instanceId(['host', 'service', ':23333']));
  assert.notEqual(instanceId(['host', 'service', ':23333']), instanceId(['host', 'service', ':23334']));
  assert.match(instanceId([]), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

const identify = async (files: Record<string, string>, env: Record<string, string> = {}) => {
  await using machine = await createHostTree(files, { machine: 'aarch64' });
  const { 'service.instance.id': _, ...identity } = await readIdentity(
    machine.host,
    readConfig({ argv: [], env, definitions: [] }),
    NODE_EXPORTER,
  );
  return identity;
};

test('readIdentity() tells the host and its system in the words of the conventions', async () => {
  const files = {
    'root/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    'root/etc/os-release': 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    'sys/class/dmi/id/product_name': 'm7g.large\n',
  };
  const pod = { NODE_NAME: 'node-1', POD_NAME: 'pod-1', POD_NAMESPACE: 'ops', POD_UID: 'u1', CLUSTER_NAME: 'blue' };
  const { 'service.version': version, ...identity } = await identify(files, pod);
  assert.match(version ?? '', /^\d+\.\d+\.\d+$/);
  assert.deepEqual(identity, {
    'service.name': 'otel-node-exporter',
    'host.name': 'recorded',
    'host.id': '0123456789abcdef0123456789abcdef',
    'host.arch': 'arm64',
    'host.type': 'm7g.large',
    'k8s.cluster.name': 'blue',
    'k8s.namespace.name': 'ops',
    'k8s.node.name': 'node-1',
    'k8s.pod.name': 'pod-1',
    'k8s.pod.uid': 'u1',
    'os.type': 'linux',
    'os.name': 'Debian GNU/Linux',
    'os.description': 'Debian GNU/Linux 12 (bookworm)',
    'os.version': '12',
  });
});

test('readIdentity() lets the variables of OpenTelemetry win, and makes nothing up', async () => {
  const { 'service.version': _, ...identity } = await identify(
    { 'root/etc/machine-id': 'uninitialized\n' },
    { OTEL_RESOURCE_ATTRIBUTES: 'host.name=vm-1,service.name=a,service.namespace=ops', OTEL_SERVICE_NAME: 'b' },
  );
  assert.deepEqual(identity, {
    'service.name': 'b',
    'service.namespace': 'ops',
    'host.name': 'vm-1',
    'host.id': undefined,
    'host.arch': 'arm64',
    'host.type': undefined,
    'os.type': 'linux',
  });
});
