import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { getText, parseFields } from '../../src/formats/protobuf.ts';
import { encodeField } from '../support/protobuf-field.ts';
import { assertMatchesKernel, interfacesOf, readCounts, removeCgroup } from './support/cgroups.ts';
import { type Containerd, CRI_IMAGE, missingContainerd, startContainerd } from './support/containerd.ts';
import { waitUntil } from './support/docker/engine.ts';
import { eventually } from './support/eventually.ts';
import { startProgram } from './support/program.ts';
import { describeUnless } from './support/requirements.ts';
import { containerValues, scrape } from './support/series.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers'];
const POD_UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const POD_CGROUP = `kubepods/burstable/pod${POD_UID}`;
/** Asks itself for a file again and again: traffic of its own network. */
const TALK =
  'dd if=/dev/zero of=/www/f bs=1M count=1 2>/dev/null; httpd -p 80 -h /www; while :; do wget -q -O /tmp/f http://127.0.0.1/f; done';

describeUnless(missingContainerd(), 'containers of a real containerd', () => {
  const parts: { containerd?: Containerd } = {};
  before(async () => {
    parts.containerd = await startContainerd();
  });
  after(async () => {
    await parts.containerd?.[Symbol.asyncDispose]();
    for (const path of [POD_CGROUP, 'kubepods/burstable', 'kubepods', 'default']) removeCgroup(path);
  });

  const containerd = (): Containerd => parts.containerd ?? assert.fail('no containerd');

  test('of its own client: they are what the kernel and containerd say', async () => {
    const { ctr, files } = containerd();
    ctr(
      'run',
      '--detach',
      '--rootfs',
      '--cpus=0.25',
      '--memory-limit=67108864',
      files,
      'own',
      '/bin/busybox',
      'sh',
      '-c',
      `export PATH=/bin; ${TALK}`,
    );
    await using program = await startProgram(FLAGS);
    await isAsContainerdSays({ namespace: 'default', name: 'own', url: program.url });
    const values = await valuesOf(program.url, 'default/own');
    assert.equal(values.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
    assert.deepEqual([values.get('spec_cpu_quota'), values.get('spec_cpu_period')], [25_000, 100_000]);
    const info = (await scrape(program.url)).find(({ name }) => name === 'container_info')?.labels;
    assert.deepEqual([info?.['name'], info?.['runtime']], ['own', 'containerd']);
    ctr('tasks', 'delete', '--force', 'own');
    assert.equal((await valuesOf(program.url, 'default/own')).size, 0);
  });

  test('of Kubernetes: they are what the kernel and containerd say, and have names from each source', async () => {
    const { root, socket } = containerd();
    const pod = await startPod(containerd());
    for (const flags of [[`--path.rootfs=${root}`], [`--containers.cri-socket=${socket}`]]) {
      await using program = await startProgram([...FLAGS, ...flags]);
      await isAsContainerdSays({ namespace: 'k8s.io', name: pod.talk, url: program.url, networkOf: pod.sandbox });
      const series = await eventually(
        () => scrape(program.url),
        // A containerd that is busy may answer too late: the exporter asks again.
        (all) => all.every(({ name, value }) => name !== 'node_scrape_collector_success' || value === 1),
      );
      const infos = series.filter(({ name }) => name === 'container_info').map(({ labels }) => labels);
      const labelsOf = (id: string) => infos.find(({ container_id }) => container_id === id);
      const talk = labelsOf(pod.talk);
      assert.deepEqual(
        [talk?.['namespace'], talk?.['pod'], talk?.['container'], talk?.['image']],
        ['prod', 'web-0', 'talk', CRI_IMAGE],
      );
      assert.deepEqual([labelsOf(pod.sandbox)?.['namespace'], labelsOf(pod.sandbox)?.['pod']], ['prod', 'web-0']);
      // The containers of a pod share a network, which is that of the first.
      const counted = (id: string): readonly string[] =>
        [...containerValues(series, id).keys()].filter((key) => key.startsWith('network_receive_bytes_total'));
      const seen = interfacesOf(pidOf('k8s.io', pod.sandbox));
      assert.ok(seen.includes('eth0') && seen.includes('lo'), seen.join());
      assert.deepEqual(
        counted(pod.sandbox).toSorted(),
        seen.map((one) => `network_receive_bytes_total interface=${one}`),
      );
      assert.deepEqual(counted(pod.talk), []);
    }
    await containerd().cri('StopPodSandbox', encodeField(1, pod.sandbox));
    await containerd().cri('RemovePodSandbox', encodeField(1, pod.sandbox));
  });

  function pidOf(namespace: string, name: string): number {
    const tasks = containerd().ctr('--namespace', namespace, 'tasks', 'list');
    return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(tasks)?.[1]);
  }

  interface Watched {
    readonly namespace: string;
    readonly name: string;
    readonly url: string;
    /** Whose network it is in. */
    readonly networkOf?: string;
  }

  async function isAsContainerdSays({ namespace, name, url, networkOf = name }: Watched): Promise<void> {
    const ctr = (...args: readonly string[]): string => containerd().ctr('--namespace', namespace, ...args);
    const pid = pidOf(namespace, name);
    const id = (one: string): string => (namespace === 'default' ? `default/${one}` : one);
    await waitUntil('there is traffic', () => readCounts(pid, 'lo').receivedBytes > 3_000_000);
    const usage = 'cpu_usage_seconds_total cpu=total';
    const network = 'network_receive_bytes_total interface=lo';
    const ask = async (): Promise<ReadonlyMap<string, number>> => {
      const series = await scrape(url);
      return new Map([
        ...containerValues(series, id(name)),
        [network, containerValues(series, id(networkOf)).get(network) ?? 0],
      ]);
    };
    await assertMatchesKernel(pid, ask, 'lo');
    // Each file that it fetches is another process, and memory.
    await eventually(
      async () => {
        const before = (await ask()).get(usage) ?? Number.NaN;
        const { cpu, memory, pids } = JSON.parse(ctr('tasks', 'metrics', '--format=json', name)) as Metrics;
        const after = await ask();
        const seconds = cpu.usage.total / 1e9;
        const most = after.get(usage) ?? Number.NaN;
        assert.ok(before <= seconds && seconds <= most, `${before} ${seconds} ${most}`);
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

/** What containerd says of a container. */
interface Metrics {
  readonly cpu: { readonly usage: { readonly total: number } };
  readonly memory: { readonly usage: { readonly usage: number; readonly limit: number } };
  readonly pids: { readonly current: number };
}

async function valuesOf(url: string, id: string): Promise<ReadonlyMap<string, number>> {
  return containerValues(await scrape(url), id);
}

interface Pod {
  readonly sandbox: string;
  readonly talk: string;
}

/** A pod of one container, as a kubelet starts it. https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto */
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
  const limits = Buffer.concat([number(1, 100_000), number(2, 25_000), number(4, 64 * 2 ** 20)]);
  const container = Buffer.concat([
    encodeField(1, encodeField(1, 'talk')),
    encodeField(2, encodeField(1, CRI_IMAGE)),
    ...['sh', '-c', TALK].map((word) => encodeField(3, word)),
    ...podLabels(9),
    label(9, 'io.kubernetes.container.name', 'talk'),
    encodeField(15, encodeField(1, limits)),
  ]);
  const request = Buffer.concat([encodeField(1, sandbox), encodeField(2, container), encodeField(3, config)]);
  const talk = idOf(await cri('CreateContainer', request));
  await cri('StartContainer', encodeField(1, talk));
  return { sandbox, talk };
}

/** Sandboxes and containers are answered by their id: 1. */
function idOf(message: Buffer): string {
  return getText(parseFields(message), 1) ?? assert.fail('no id');
}

/** A field that is a number. */
function number(tag: number, value: number): Buffer {
  const bytes = [tag * 8];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
