import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameAsCadvisor, nextCadvisorPage, type Pages, parsePage } from '../support/cadvisor.ts';
import { MEMORY_TOLERANCE } from '../support/cgroups.ts';
import { BUSYBOX, importBusybox } from '../support/docker/busybox.ts';
import { createDataRoot } from '../support/docker/engine.ts';
import { kill, PROGRAM, run, waitForOutput } from '../support/program.ts';
import { describeUnless } from '../support/requirements.ts';
import { containerValues, type Series } from '../support/series.ts';
import { missingKubernetes } from './binaries.ts';
import { type KubernetesNode, NODE_ADDRESS, NODE_NAME, startNode } from './node.ts';

const ADDRESS = '127.0.0.1:23334';
const FLAGS = ['--collector.disable-defaults', '--collector.containers', `--web.listen-address=${ADDRESS}`];

/** A pod with two containers: the first uses CPU time, the second holds memory and sends requests to the kubelet. */
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'busy', namespace: 'default' },
  spec: {
    containers: [
      containerOf('burn', { cpu: '250m', memory: '64Mi' }, 'while :; do :; done'),
      containerOf(
        'hold',
        { memory: '128Mi' },
        `dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; while :; do wget -q -O - http://${NODE_ADDRESS}:10250/; sleep 0.2; done`,
      ),
    ],
  },
};

function containerOf(name: string, limits: Readonly<Record<string, string>>, script: string): object {
  return { name, image: BUSYBOX, imagePullPolicy: 'Never', command: ['sh', '-c', script], resources: { limits } };
}

/** The subset of the kubelet's summary that the tests compare. https://pkg.go.dev/k8s.io/kubelet/pkg/apis/stats/v1alpha1 */
interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string };
    readonly containers: readonly {
      readonly name: string;
      readonly cpu: { readonly time: string; readonly usageCoreNanoSeconds: number };
      readonly memory: { readonly usageBytes: number; readonly workingSetBytes: number; readonly rssBytes: number };
    }[];
    readonly network: { readonly rxBytes: number; readonly txBytes: number };
  }[];
}

describeUnless(missingKubernetes(), 'the containers collector beside a real kubelet', () => {
  const parts: { data?: Awaited<ReturnType<typeof createDataRoot>>; node?: KubernetesNode; pages?: Pages } = {};
  const stop: (() => Promise<void>)[] = [];
  let summary: Summary | undefined;
  const ids = new Map<string, string>();

  before(async () => {
    parts.data = await createDataRoot();
    parts.node = await startNode(parts.data.path);
    const { engine, kubectl, kubectlWith } = parts.node;
    importBusybox(engine);
    kubectlWith([POD], 'apply');
    kubectl('wait', '--for=condition=Ready', 'pod/busy', '--timeout=120s');
    for (const name of ['burn', 'hold', 'POD']) {
      const filter = `--filter=label=io.kubernetes.container.name=${name}`;
      ids.set(name, engine.docker('ps', '--quiet', '--no-trunc', filter));
    }
    const socket = engine.host.slice('unix://'.length);
    const [command = '', ...args] = [...engine.enter, process.execPath, PROGRAM, ...FLAGS];
    const exporter = run(command, [...args, `--containers.docker-socket=${socket}`]);
    stop.push(() => kill(exporter));
    await waitForOutput(exporter, /http:\/\/127\.0\.0\.1:\d+/);
    const getPage = () => parsePage(engine.get(`http://${ADDRESS}/metrics`));
    const getFromKubelet = async (path: string) => kubectl('get', '--raw', `/api/v1/nodes/${NODE_NAME}/proxy/${path}`);
    const earlier = getPage();
    const cadvisor = await nextCadvisorPage([...ids.values()], () => getFromKubelet('metrics/cadvisor'));
    summary = JSON.parse(await getFromKubelet('stats/summary')) as Summary;
    parts.pages = { before: earlier, cadvisor, after: getPage() };
  });
  after(async () => {
    for (const end of stop) await end();
    await parts.node?.[Symbol.asyncDispose]();
    await parts.data?.[Symbol.asyncDispose]();
  });

  const pages = (): Pages => parts.pages ?? assert.fail('The pages are missing');

  for (const name of ['burn', 'hold', 'POD']) {
    test(`the container ${name} has the same series and values as on the kubelet's page`, () => {
      // Leave out reads and writes: this version of the kubelet reports those of the whole disk instead of those of the
      // container.
      assertSameAsCadvisor(pages(), ids.get(name) ?? '', (key) => !key.includes('_fs_'));
    });
  }

  test("the pod has the values of the kubelet's summary", (t) => {
    const pod = summary?.pods.find(({ podRef }) => podRef.name === 'busy') ?? assert.fail('The pod is missing');
    const assertBetween = (name: string, id: string, value: number, tolerance = 0): void => {
      const valueIn = (series: readonly Series[]): number => containerValues(series, id).get(name) ?? Number.NaN;
      const values = [valueIn(pages().before.series), valueIn(pages().after.series)];
      t.diagnostic(`${name}: ${values[0]} before, ${value} in the summary, ${values[1]} after`);
      assert.ok(value >= Math.min(...values) - tolerance && value <= Math.max(...values) + tolerance, name);
    };
    for (const name of ['burn', 'hold']) {
      const id = ids.get(name) ?? '';
      const { cpu, memory } = pod.containers.find((one) => one.name === name) ?? assert.fail(name);
      assertBetween('cpu_usage_seconds_total cpu=total', id, cpu.usageCoreNanoSeconds / 1e9);
      assertBetween('memory_usage_bytes', id, memory.usageBytes, MEMORY_TOLERANCE);
      assertBetween('memory_working_set_bytes', id, memory.workingSetBytes, MEMORY_TOLERANCE);
      assertBetween('memory_rss', id, memory.rssBytes, MEMORY_TOLERANCE);
    }
    const sandbox = ids.get('POD') ?? '';
    assertBetween('network_receive_bytes_total interface=eth0', sandbox, pod.network.rxBytes);
    assertBetween('network_transmit_bytes_total interface=eth0', sandbox, pod.network.txBytes);
  });
});
