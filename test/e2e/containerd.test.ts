import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { getText, parseFields } from '../../src/formats/protobuf.ts';
import { encodeField } from '../support/protobuf-field.ts';
import { assertMatchesKernel, interfacesOf, readCounts, removeCgroup } from './support/cgroups.ts';
import { type Containerd, CRI_IMAGE, missingContainerd, startContainerd } from './support/containerd.ts';
import { eventually, waitUntil } from './support/eventually.ts';
import { startProgram } from './support/program.ts';
import { describeUnless } from './support/requirements.ts';
import { containerValues, scrape } from './support/series.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers'];
const POD_UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const POD_CGROUP = `kubepods/burstable/pod${POD_UID}`;
/** Shell script that downloads a file from its own server in a loop, to cause traffic on the loopback interface. */
const GENERATE_TRAFFIC =
  'dd if=/dev/zero of=/www/f bs=1M count=1 2>/dev/null; httpd -p 80 -h /www; while :; do wget -q -O /tmp/f http://127.0.0.1/f; done';

describeUnless(missingContainerd(), 'the containers collector beside a real containerd', () => {
  const parts: { containerd?: Containerd } = {};
  before(async () => {
    parts.containerd = await startContainerd();
  });
  after(async () => {
    await parts.containerd?.[Symbol.asyncDispose]();
    for (const path of [POD_CGROUP, 'kubepods/burstable', 'kubepods', 'default']) removeCgroup(path);
  });

  const containerd = (): Containerd => parts.containerd ?? assert.fail('containerd is missing');

  test('reports the values of the kernel and of containerd for a container of ctr', async () => {
    const { ctr, files } = containerd();
    ctr(
      'run',
      '--detach',
      '--rootfs',
      '--cpus=0.25',
      '--memory-limit=67108864',
      files,
      'ctr-test',
      '/bin/busybox',
      'sh',
      '-c',
      `export PATH=/bin; ${GENERATE_TRAFFIC}`,
    );
    await using program = await startProgram(FLAGS);
    await assertMatchesContainerd({ namespace: 'default', name: 'ctr-test', url: program.url });
    const values = await valuesOf(program.url, 'default/ctr-test');
    assert.equal(values.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
    assert.deepEqual([values.get('spec_cpu_quota'), values.get('spec_cpu_period')], [25_000, 100_000]);
    const info = (await scrape(program.url)).find(({ name }) => name === 'container_info')?.labels;
    assert.deepEqual([info?.['name'], info?.['runtime']], ['ctr-test', 'containerd']);
    ctr('tasks', 'delete', '--force', 'ctr-test');
    assert.equal((await valuesOf(program.url, 'default/ctr-test')).size, 0);
  });

  test('reports the values and the metadata of a Kubernetes pod from each metadata source', async () => {
    const { root, socket } = containerd();
    const pod = await startPod(containerd());
    for (const flags of [[`--path.rootfs=${root}`], [`--containers.cri-socket=${socket}`]]) {
      await using program = await startProgram([...FLAGS, ...flags]);
      await assertMatchesContainerd({
        namespace: 'k8s.io',
        name: pod.container,
        url: program.url,
        networkOf: pod.sandbox,
      });
      const series = await eventually(
        () => scrape(program.url),
        // Wait for a successful pass: a call to a busy containerd may time out, and the exporter retries in later passes.
        (all) => all.every(({ name, value }) => name !== 'node_scrape_collector_success' || value === 1),
      );
      const infos = series.filter(({ name }) => name === 'container_info').map(({ labels }) => labels);
      const labelsOf = (id: string) => infos.find(({ container_id }) => container_id === id);
      const labels = labelsOf(pod.container);
      assert.deepEqual(
        [labels?.['namespace'], labels?.['pod'], labels?.['container'], labels?.['image']],
        ['prod', 'web-0', 'traffic', CRI_IMAGE],
      );
      assert.deepEqual([labelsOf(pod.sandbox)?.['namespace'], labelsOf(pod.sandbox)?.['pod']], ['prod', 'web-0']);
      // The containers of a pod share the network of the pod's sandbox. The exporter reports this network once, for the
      // sandbox.
      const receiveSeries = (id: string): readonly string[] =>
        [...containerValues(series, id).keys()].filter((key) => key.startsWith('network_receive_bytes_total'));
      const interfaces = interfacesOf(pidOf('k8s.io', pod.sandbox));
      assert.ok(interfaces.includes('eth0') && interfaces.includes('lo'), interfaces.join());
      assert.deepEqual(
        receiveSeries(pod.sandbox).toSorted(),
        interfaces.map((name) => `network_receive_bytes_total interface=${name}`),
      );
      assert.deepEqual(receiveSeries(pod.container), []);
    }
    await containerd().cri('StopPodSandbox', encodeField(1, pod.sandbox));
    await containerd().cri('RemovePodSandbox', encodeField(1, pod.sandbox));
  });

  function pidOf(namespace: string, name: string): number {
    const tasks = containerd().ctr('--namespace', namespace, 'tasks', 'list');
    return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(tasks)?.[1]);
  }

  interface ContainerToCheck {
    readonly namespace: string;
    readonly name: string;
    readonly url: string;
    /** Name of the container that owns the network namespace of this container; default: this container. */
    readonly networkOf?: string;
  }

  async function assertMatchesContainerd({ namespace, name, url, networkOf = name }: ContainerToCheck): Promise<void> {
    const ctr = (...args: readonly string[]): string => containerd().ctr('--namespace', namespace, ...args);
    const pid = pidOf(namespace, name);
    const idOf = (container: string): string => (namespace === 'default' ? `default/${container}` : container);
    await waitUntil('the container has received 3 MB', () => readCounts(pid, 'lo').receivedBytes > 3_000_000);
    const usage = 'cpu_usage_seconds_total cpu=total';
    const network = 'network_receive_bytes_total interface=lo';
    const getValues = async (): Promise<ReadonlyMap<string, number>> => {
      const series = await scrape(url);
      return new Map([
        ...containerValues(series, idOf(name)),
        [network, containerValues(series, idOf(networkOf)).get(network) ?? 0],
      ]);
    };
    await assertMatchesKernel(pid, getValues, 'lo');
    // Repeat a failed comparison: each download starts a process and allocates memory.
    await eventually(
      async () => {
        const before = (await getValues()).get(usage) ?? Number.NaN;
        const { cpu, memory, pids } = JSON.parse(ctr('tasks', 'metrics', '--format=json', name)) as ContainerdMetrics;
        const after = await getValues();
        const seconds = cpu.usage.total / 1e9;
        const latest = after.get(usage) ?? Number.NaN;
        assert.ok(before <= seconds && seconds <= latest, `CPU time: expected ${before} to ${latest}, got ${seconds}`);
        assert.equal(after.get('spec_memory_limit_bytes'), memory.usage.limit);
        return {
          memory: Math.abs((after.get('memory_usage_bytes') ?? Number.NaN) - memory.usage.usage),
          threads: Math.abs((after.get('threads') ?? Number.NaN) - pids.current),
        };
      },
      ({ memory, threads }) => memory < 2 ** 20 && threads <= 2,
    );
  }
});

/** The subset of `ctr tasks metrics` that the tests compare. */
interface ContainerdMetrics {
  readonly cpu: { readonly usage: { readonly total: number } };
  readonly memory: { readonly usage: { readonly usage: number; readonly limit: number } };
  readonly pids: { readonly current: number };
}

async function valuesOf(url: string, id: string): Promise<ReadonlyMap<string, number>> {
  return containerValues(await scrape(url), id);
}

interface Pod {
  readonly sandbox: string;
  readonly container: string;
}

/**
 * Starts a pod with one container, with the same calls as a kubelet.
 * https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 */
async function startPod({ root, cri }: Containerd): Promise<Pod> {
  const label = (number: number, key: string, value: string): Buffer =>
    encodeField(number, Buffer.concat([encodeField(1, key), encodeField(2, value)]));
  const podLabels = (number: number): readonly Buffer[] => [
    label(number, 'io.kubernetes.pod.name', 'web-0'),
    label(number, 'io.kubernetes.pod.namespace', 'prod'),
    label(number, 'io.kubernetes.pod.uid', POD_UID),
  ];
  const logs = join(root, `var/log/pods/prod_web-0_${POD_UID}`);
  mkdirSync(logs, { recursive: true });
  const metadata = Buffer.concat([encodeField(1, 'web-0'), encodeField(2, POD_UID), encodeField(3, 'prod')]);
  const config = Buffer.concat([
    encodeField(1, metadata),
    encodeField(2, 'web-0'),
    encodeField(3, logs),
    ...podLabels(6),
    encodeField(8, encodeField(1, `/${POD_CGROUP}`)),
  ]);
  const sandbox = idOf(await cri('RunPodSandbox', encodeField(1, config)));
  const limits = Buffer.concat([encodeNumber(1, 100_000), encodeNumber(2, 25_000), encodeNumber(4, 64 * 2 ** 20)]);
  const containerConfig = Buffer.concat([
    encodeField(1, encodeField(1, 'traffic')),
    encodeField(2, encodeField(1, CRI_IMAGE)),
    ...['sh', '-c', GENERATE_TRAFFIC].map((word) => encodeField(3, word)),
    ...podLabels(9),
    label(9, 'io.kubernetes.container.name', 'traffic'),
    encodeField(15, encodeField(1, limits)),
  ]);
  const request = Buffer.concat([encodeField(1, sandbox), encodeField(2, containerConfig), encodeField(3, config)]);
  const container = idOf(await cri('CreateContainer', request));
  await cri('StartContainer', encodeField(1, container));
  return { sandbox, container };
}

/** Returns field 1 of a response: the id of the sandbox or container. */
function idOf(message: Buffer): string {
  return getText(parseFields(message), 1) ?? assert.fail('The response has no id');
}

/** Encodes a varint field of Protocol Buffers. */
function encodeNumber(tag: number, value: number): Buffer {
  const bytes = [tag * 8];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
