import assert from 'node:assert/strict';
import { readFileSync, statfsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { COLLECTOR, missingCollector } from '../collector/binary.ts';
import { find, findKubectl, MANIFESTS, type Manifest, renderOverlay } from '../manifests/render.ts';
import { type BuiltImage, buildImage, IMAGE } from '../support/docker/image.ts';
import { importProgram } from '../support/docker/import-program.ts';
import { waitUntil } from '../support/eventually.ts';
import { succeeds } from '../support/execute.ts';
import { kill, run } from '../support/program.ts';
import { describeUnless } from '../support/requirements.ts';
import { findGoTool } from '../tools/go-tools.ts';
import { annotatedPod } from './annotated-pod.ts';
import { missingKubernetes } from './binaries.ts';
import { type KubernetesNode, NODE_ADDRESS, NODE_NAME, startNode } from './node.ts';
import { containerOf, exitCode, memoryOf, type Pod, podOf, secondsUntilReady } from './pods.ts';
import { PrometheusApi, startBackend } from './prometheus.ts';
import { StatusWatcher } from './status-watcher.ts';

const NAMESPACE = 'otel-node-exporter';
const URL = `http://${NODE_ADDRESS}:23333`;

/** Returns the objects of the exporter in an overlay. */
function exporterOf(overlay: 'restricted'): readonly Manifest[] {
  return renderOverlay(overlay).filter(
    ({ metadata }) => metadata.name === NAMESPACE || metadata.name === 'otel-node-exporter-node-port',
  );
}

/** Sets the endpoint in the ConfigMap of the overlay. A user of the overlay has to set it too. */
function withEndpoint(objects: readonly Manifest[], endpoint: string): readonly Manifest[] {
  const map = find(objects, 'ConfigMap', 'otel-collector-endpoint');
  return objects.map((object) => (object === map ? { ...map, data: { OTLP_ENDPOINT: endpoint } } : object));
}

/** Returns the image of the first container of a workload. */
function imageOf(workload: Manifest): string {
  const { spec } = workload as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } };
  return spec.template.spec.containers[0]?.image ?? '';
}

const prometheus = findGoTool('prometheus');
const withoutPrometheus = prometheus === undefined && 'Prometheus is not built: npm run tools prometheus (needs Go)';

const withoutKubectl = findKubectl() === undefined && 'kubectl 1.27 or newer is not installed';

describeUnless(missingKubernetes() || withoutKubectl, 'the manifests on a Kubernetes node', () => {
  const parts: { image?: BuiltImage; node?: KubernetesNode } = {};
  before(async () => {
    parts.image = await buildImage();
    parts.node = await startNode(parts.image.dataRoot);
    const deployment = find(renderOverlay('standalone'), 'Deployment', 'prometheus');
    if (prometheus !== undefined) importProgram(parts.node.engine, prometheus, imageOf(deployment));
  });
  after(async () => {
    await parts.node?.[Symbol.asyncDispose]();
    await parts.image?.[Symbol.asyncDispose]();
  });

  const node = (): KubernetesNode => parts.node ?? assert.fail('The node is missing');

  const exporterPod = (): Pod => podOf(node(), NAMESPACE, 'otel-node-exporter');

  function waitForRollout(workload = 'daemonset/otel-node-exporter'): void {
    node().kubectl('rollout', 'status', workload, `--namespace=${NAMESPACE}`, '--timeout=120s');
  }

  test('kubectl apply -k kustomize/ starts the exporter until it is ready', async (t) => {
    const { engine, kubectl } = node();
    kubectl('apply', `--kustomize=${MANIFESTS}`);
    waitForRollout();
    const pod = exporterPod();
    assert.equal(pod.status.containerStatuses[0]?.restartCount, 0);
    // Wait, because kube-proxy receives the address of the pod later than kubectl.
    await waitUntil('the node port serves the exporter', () =>
      succeeds(() => engine.get(`http://${NODE_ADDRESS}:30000/health`)),
    );
    assert.equal(engine.get(`http://${NODE_ADDRESS}:30000/info/hostname`), NODE_NAME);
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s`);
  });

  test('the exporter serves the metrics and the hostname of the node, not of the pod', () => {
    const { get } = node().engine;
    const pod = exporterPod();
    assert.equal(get(`http://${pod.status.podIP}:23333/info/hostname`), NODE_NAME);
    const metrics = get(`http://${pod.status.podIP}:23333/metrics`);
    assert.match(metrics, new RegExp(`^node_uptime\\{hostname="${NODE_NAME}"\\} \\d`, 'm'));
    const [identity = ''] = /^target_info.*/m.exec(metrics) ?? [];
    for (const label of [
      `k8s_node_name="${NODE_NAME}"`,
      `k8s_pod_name="${pod.metadata.name}"`,
      `k8s_namespace_name="${NAMESPACE}"`,
    ]) {
      assert.ok(identity.includes(label), identity);
    }
    const btime = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    assert.equal(value(metrics, /^node_boot_time_seconds (.*)$/m), btime);
    const root = statfsSync('/');
    assert.equal(
      value(metrics, /^node_filesystem_size_bytes\{[^}]*mountpoint="\/"[^}]*\} (.*)$/m),
      root.blocks * root.bsize,
    );
  });

  test('a real API server accepts every object of the overlays', () => {
    const { kubectlWith } = node();
    for (const overlay of ['standalone', 'otel', 'restricted'] as const) {
      kubectlWith(renderOverlay(overlay), 'apply', '--dry-run=server');
    }
    const daemonSet = find(renderOverlay('standalone'), 'DaemonSet', NAMESPACE);
    assert.throws(
      () =>
        kubectlWith(
          [{ ...daemonSet, spec: { ...(daemonSet['spec'] as object), replicas: 1 } }],
          'apply',
          '--dry-run=server',
        ),
      /unknown field "(spec\.)?replicas"/,
    );
  });

  test('a restart makes the old pod not ready, stops it with exit code 0, and starts a new one within 10 seconds', async (t) => {
    const { engine, kubectl, kubectlCommand } = node();
    const old = exporterPod();
    const ready = new StatusWatcher(engine.enter, `${URL}/-/ready`);
    const metrics = new StatusWatcher(engine.enter, `${URL}/metrics`);
    const [command = '', ...args] = [
      ...[...kubectlCommand, 'get', 'endpoints/otel-node-exporter', `--namespace=${NAMESPACE}`, '--watch'],
      '--output=jsonpath={.subsets[*].addresses[*].ip}{"\\n"}',
    ];
    const endpoints = run(command, args);
    t.after(() => Promise.all([ready.stop(), metrics.stop(), kill(endpoints)]));
    await waitUntil('the URLs are watched', () => `${ready.statuses} ${metrics.statuses}` === '200 200');
    await waitUntil('the endpoints are watched', () => endpoints.output() !== '');

    const startedAt = Math.floor(Date.now() / 1000);
    kubectl('rollout', 'restart', 'daemonset/otel-node-exporter', `--namespace=${NAMESPACE}`);
    waitForRollout();
    await waitUntil(
      'the new pod is ready',
      () => / none .*200$/.test(ready.statuses) && / none 200$/.test(metrics.statuses),
    );
    // During the restart, Kubernetes removes the address from the Service and then adds it again.
    await waitUntil('the Service has an address again', () => /\n\n.+\n$/.test(endpoints.output()));

    t.diagnostic(`/-/ready: ${formatChanges(ready, ready.firstTime('503'))}`);
    t.diagnostic(`/metrics: ${formatChanges(metrics, ready.firstTime('503'))}`);
    assert.match(ready.statuses, /^200 503 none( 503)? 200$/);
    assert.equal(metrics.statuses, '200 none 200');
    assert.match(endpoints.output(), new RegExp(`^${NODE_ADDRESS}\n\n+${NODE_ADDRESS}\n$`));
    assert.equal(exitCode(engine, containerOf(old), startedAt), '0');

    const created = exporterPod();
    assert.notEqual(created.metadata.name, old.metadata.name);
    const seconds = secondsUntilReady(created);
    const gap = (metrics.changes.at(-1)?.time ?? Number.NaN) - metrics.firstTime('none');
    t.diagnostic(`The new pod was ready after ${seconds} s; no pod responded for ${gap.toFixed(1)} s`);
    assert.ok(seconds < 10, `The new pod was ready after ${seconds} s`);
  });

  test('Prometheus of the overlay standalone scrapes the exporter and a pod with annotations', {
    skip: withoutPrometheus,
  }, async (t) => {
    const { engine, kubectl, kubectlWith } = node();
    waitForRollout('deployment/prometheus');
    const annotations = {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9102',
      'prometheus.io/path': '/app/metrics',
    };
    const pods = [annotatedPod('annotated', annotations), annotatedPod('not-annotated', {})];
    kubectlWith(pods, 'apply');
    kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--namespace=default', '--timeout=120s');
    const address = kubectl('get', 'pod/annotated', '--namespace=default', '--output=jsonpath={.status.podIP}');

    const api = new PrometheusApi(node(), `http://${NODE_ADDRESS}:30001`);
    const byUrl = () => api.targets().toSorted((a, b) => (a['scrapeUrl'] ?? '').length - (b['scrapeUrl'] ?? '').length);
    await waitUntil('Prometheus has scraped', () =>
      succeeds(() =>
        assert.deepEqual(
          byUrl().map(({ health }) => health),
          ['up', 'up'],
        ),
      ),
    );
    assert.deepEqual(byUrl(), [
      { job: 'otel-node-exporter', instance: NODE_NAME, scrapeUrl: `${URL}/metrics`, health: 'up' },
      {
        job: 'pods',
        instance: `${address}:9102`,
        namespace: 'default',
        pod: 'annotated',
        node: NODE_NAME,
        scrapeUrl: `http://${address}:9102/app/metrics`,
        health: 'up',
      },
    ]);
    const uptime = 'node_uptime{job="otel-node-exporter"}';
    // Wait for the series: Prometheus reports that a target is up before queries return its series.
    await waitUntil('Prometheus has the series', () => succeeds(() => assert.notDeepEqual(api.query(uptime), [])));
    assert.deepEqual(api.query(uptime), [
      { __name__: 'node_uptime', job: 'otel-node-exporter', instance: NODE_NAME, hostname: NODE_NAME },
    ]);
    kubectlWith(pods, 'delete', '--grace-period=1');
    const pod = podOf(node(), NAMESPACE, 'prometheus');
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s, memory ${memoryOf(engine, pod)}`);
  });

  test('the Collector of the overlay otel scrapes the exporter of its node and forwards the metrics', {
    skip: withoutPrometheus || missingCollector(),
  }, async (t) => {
    const { engine, kubectlWith } = node();
    await using backend = startBackend(prometheus ?? '', node());
    const objects = renderOverlay('otel');
    importProgram(engine, COLLECTOR, imageOf(find(objects, 'DaemonSet', 'otel-collector')));
    kubectlWith(withEndpoint(objects, backend.endpoint), 'apply');
    waitForRollout('daemonset/otel-collector');
    await waitUntil('the backend has metrics of the Collector', () =>
      succeeds(() => assert.notDeepEqual(backend.api.query('node_uptime'), [])),
    );
    assert.deepEqual(backend.api.query('node_uptime'), [
      { __name__: 'node_uptime', job: 'otel-node-exporter', instance: NODE_NAME, hostname: NODE_NAME },
    ]);
    const pod = podOf(node(), NAMESPACE, 'otel-collector');
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s, memory ${memoryOf(engine, pod)}`);
  });

  test('the exporter uses less than half of its memory limit after 200 scrapes', (t) => {
    const { engine } = node();
    const cpuSeconds = () => value(engine.get(`${URL}/metrics`), /^process_cpu_seconds_total (.*)$/m);
    const before = cpuSeconds();
    for (let index = 0; index < 199; index += 1) engine.get(`${URL}/metrics`);
    const perScrape = ((cpuSeconds() - before) / 200) * 1000;
    const usage = memoryOf(engine, exporterPod());
    t.diagnostic(`200 scrapes: ${perScrape.toFixed(1)} ms of CPU time per scrape, then memory ${usage}`);
    assert.match(usage, /^\d+(\.\d+)?MiB \/ 256MiB$/);
    assert.ok(Number.parseFloat(usage) < 128, usage);
  });

  test('the exporter of the overlay restricted serves the hostname and load of the node', async (t) => {
    const { kubectlWith, engine } = node();
    const unrestricted = countSeries(engine.get(`${URL}/metrics`));
    kubectlWith(exporterOf('restricted'), 'apply');
    waitForRollout();
    const { podIP } = exporterPod().status;
    assert.notEqual(podIP, NODE_ADDRESS);
    assert.equal(engine.get(`http://${podIP}:23333/info/hostname`), NODE_NAME);
    const metrics = engine.get(`http://${podIP}:23333/metrics`);
    assert.match(metrics, /^node_load1 /m);
    const restricted = countSeries(metrics);
    const missing = [...unrestricted.keys()].filter((name) => !restricted.has(name));
    const fewer = [...restricted]
      .filter(([name, count]) => count < (unrestricted.get(name) ?? 0))
      .map(([name]) => name);
    t.diagnostic(`Missing families: ${missing.join(' ')}`);
    t.diagnostic(`Families with fewer series: ${fewer.join(' ')}`);
  });

  test('kubectl delete removes every object and container', () => {
    const { kubectl, kubectlWith, engine } = node();
    const objects = (['standalone', 'otel', 'restricted'] as const).flatMap((overlay) => renderOverlay(overlay));
    kubectlWith(objects, 'delete', '--ignore-not-found');
    assert.equal(kubectl('get', 'namespaces', '--output=name').includes(NAMESPACE), false);
    assert.equal(kubectl('get', 'pods', '--all-namespaces', '--output=name'), '');
    assert.equal(engine.docker('ps', '--quiet', `--filter=ancestor=${IMAGE}`), '');
  });
});

/** Formats the changes of a status. Each time is relative to `origin`, a Unix time: `200 at -0.20 s, 503 at 0.00 s`. */
function formatChanges({ changes }: StatusWatcher, origin: number): string {
  return changes.map(({ time, status }) => `${status} at ${(time - origin).toFixed(2)} s`).join(', ');
}

/** Returns the number in the first group of a pattern. */
function value(metrics: string, pattern: RegExp): number {
  return Number(pattern.exec(metrics)?.[1]);
}

/** Returns the number of series by sample name. */
function countSeries(metrics: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ''] of metrics.matchAll(/^(\w+)(?:\{.*\})? \S+$/gm))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
