import assert from 'node:assert/strict';
import { readFileSync, statfsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { COLLECTOR, missingCollector } from '../collector/binary.ts';
import { find, findKubectl, MANIFESTS, type Manifest, renderOverlay } from '../manifests/render.ts';
import { succeeds, waitUntil } from '../support/docker/engine.ts';
import { type BuiltImage, buildImage, IMAGE } from '../support/docker/image.ts';
import { importProgram } from '../support/docker/import-program.ts';
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

/** What of an overlay runs the exporter. */
function exporterOf(overlay: 'restricted'): readonly Manifest[] {
  return renderOverlay(overlay).filter(
    ({ metadata }) => metadata.name === NAMESPACE || metadata.name === 'otel-node-exporter-node-port',
  );
}

/** The objects of the overlay with another endpoint, as its kustomization asks its users to write there. */
function withEndpoint(objects: readonly Manifest[], endpoint: string): readonly Manifest[] {
  const map = find(objects, 'ConfigMap', 'otel-collector-endpoint');
  return objects.map((object) => (object === map ? { ...map, data: { OTLP_ENDPOINT: endpoint } } : object));
}

/** The image of the first container of a workload. */
function imageOf(workload: Manifest): string {
  const { spec } = workload as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } };
  return spec.template.spec.containers[0]?.image ?? '';
}

const prometheus = findGoTool('prometheus');
const withoutPrometheus =
  prometheus === undefined && 'no Prometheus with Kubernetes: npm run tools prometheus builds it where Go is';

const withoutKubectl = findKubectl() === undefined && 'no kubectl of 1.27 or newer';

describeUnless(missingKubernetes() || withoutKubectl, 'a Kubernetes node', () => {
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

  const node = (): KubernetesNode => parts.node ?? assert.fail('no node');

  const exporterPod = (): Pod => podOf(node(), NAMESPACE, 'otel-node-exporter');

  function waitForRollout(workload = 'daemonset/otel-node-exporter'): void {
    node().kubectl('rollout', 'status', workload, `--namespace=${NAMESPACE}`, '--timeout=120s');
  }

  test('kubectl apply -k kustomize/ runs the exporter, and it is ready', async (t) => {
    const { engine, kubectl } = node();
    kubectl('apply', `--kustomize=${MANIFESTS}`);
    waitForRollout();
    const pod = exporterPod();
    assert.equal(pod.status.containerStatuses[0]?.restartCount, 0);
    // The proxy hears of the pod a moment later than kubectl.
    await waitUntil('the port of the node answers', () =>
      succeeds(() => engine.get(`http://${NODE_ADDRESS}:30000/health`)),
    );
    assert.equal(engine.get(`http://${NODE_ADDRESS}:30000/info/hostname`), NODE_NAME);
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s`);
  });

  test('answers with the numbers and the name of the node, not of the pod', () => {
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

  test('every object of the overlays is accepted by a real API server', () => {
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

  test('replaces the pod: not ready before it stops, exit code 0, and a new one within 10 seconds', async (t) => {
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
    await waitUntil('all is watched', () => `${ready.statuses} ${metrics.statuses}` === '200 200');
    await waitUntil('all is watched', () => endpoints.output() !== '');

    const begin = Math.floor(Date.now() / 1000);
    kubectl('rollout', 'restart', 'daemonset/otel-node-exporter', `--namespace=${NAMESPACE}`);
    waitForRollout();
    await waitUntil(
      'the new pod answers',
      () => / none .*200$/.test(ready.statuses) && / none 200$/.test(metrics.statuses),
    );
    // The Service loses the address, and gets it back.
    await waitUntil('the Service has an address again', () => /\n\n.+\n$/.test(endpoints.output()));

    t.diagnostic(`/-/ready: ${show(ready, ready.first('503'))}`);
    t.diagnostic(`/metrics: ${show(metrics, ready.first('503'))}`);
    assert.match(ready.statuses, /^200 503 none( 503)? 200$/);
    assert.equal(metrics.statuses, '200 none 200');
    assert.match(endpoints.output(), new RegExp(`^${NODE_ADDRESS}\n\n+${NODE_ADDRESS}\n$`));
    assert.equal(exitCode(engine, containerOf(old), begin), '0');

    const created = exporterPod();
    assert.notEqual(created.metadata.name, old.metadata.name);
    const seconds = secondsUntilReady(created);
    const gap = (metrics.changes.at(-1)?.at ?? Number.NaN) - metrics.first('none');
    t.diagnostic(
      `the new pod was ready after ${seconds} s; between the old and the new one ${gap.toFixed(1)} s without answer`,
    );
    assert.ok(seconds < 10, `${seconds} s`);
  });

  test('its Prometheus finds the exporter, and a foreign pod that asks for it', {
    skip: withoutPrometheus,
  }, async (t) => {
    const { engine, kubectl, kubectlWith } = node();
    waitForRollout('deployment/prometheus');
    const wanted = {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9102',
      'prometheus.io/path': '/foreign/metrics',
    };
    const foreign = [annotatedPod('foreign', wanted), annotatedPod('silent', {})];
    kubectlWith(foreign, 'apply');
    kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--namespace=default', '--timeout=120s');
    const address = kubectl('get', 'pod/foreign', '--namespace=default', '--output=jsonpath={.status.podIP}');

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
        pod: 'foreign',
        node: NODE_NAME,
        scrapeUrl: `http://${address}:9102/foreign/metrics`,
        health: 'up',
      },
    ]);
    const uptime = 'node_uptime{job="otel-node-exporter"}';
    // A target is up a moment before what it said can be asked for.
    await waitUntil('Prometheus has the series', () => succeeds(() => assert.notDeepEqual(api.query(uptime), [])));
    assert.deepEqual(api.query(uptime), [
      { __name__: 'node_uptime', job: 'otel-node-exporter', instance: NODE_NAME, hostname: NODE_NAME },
    ]);
    kubectlWith(foreign, 'delete', '--grace-period=1');
    const pod = podOf(node(), NAMESPACE, 'prometheus');
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s, memory ${memoryOf(engine, pod)}`);
  });

  test('the Collector of the overlay otel scrapes the exporter of its node, and forwards it', {
    skip: withoutPrometheus || missingCollector(),
  }, async (t) => {
    const { engine, kubectlWith } = node();
    await using backend = startBackend(prometheus ?? '', node());
    const objects = renderOverlay('otel');
    importProgram(engine, COLLECTOR, imageOf(find(objects, 'DaemonSet', 'otel-collector')));
    kubectlWith(withEndpoint(objects, backend.endpoint), 'apply');
    waitForRollout('daemonset/otel-collector');
    await waitUntil('the Collector has forwarded', () =>
      succeeds(() => assert.notDeepEqual(backend.api.query('node_uptime'), [])),
    );
    assert.deepEqual(backend.api.query('node_uptime'), [
      { __name__: 'node_uptime', job: 'otel-node-exporter', instance: NODE_NAME, hostname: NODE_NAME },
    ]);
    const pod = podOf(node(), NAMESPACE, 'otel-collector');
    t.diagnostic(`ready after ${secondsUntilReady(pod)} s, memory ${memoryOf(engine, pod)}`);
  });

  test('the exporter uses no more than the pod asks for', (t) => {
    const { engine } = node();
    const cpuSeconds = () => value(engine.get(`${URL}/metrics`), /^process_cpu_seconds_total (.*)$/m);
    const before = cpuSeconds();
    for (let index = 0; index < 199; index += 1) engine.get(`${URL}/metrics`);
    const perScrape = ((cpuSeconds() - before) / 200) * 1000;
    const usage = memoryOf(engine, exporterPod());
    t.diagnostic(`200 scrapes: ${perScrape.toFixed(1)} ms of CPU each, then memory ${usage}`);
    assert.match(usage, /^\d+(\.\d+)?MiB \/ 256MiB$/);
    assert.ok(Number.parseFloat(usage) < 128, usage);
  });

  test('runs the exporter of the overlay restricted, which still knows the node', async (t) => {
    const { kubectlWith, engine } = node();
    const whole = seriesOf(engine.get(`${URL}/metrics`));
    kubectlWith(exporterOf('restricted'), 'apply');
    waitForRollout();
    const { podIP } = exporterPod().status;
    assert.notEqual(podIP, NODE_ADDRESS);
    assert.equal(engine.get(`http://${podIP}:23333/info/hostname`), NODE_NAME);
    const metrics = engine.get(`http://${podIP}:23333/metrics`);
    assert.match(metrics, /^node_load1 /m);
    const rest = seriesOf(metrics);
    const lost = [...whole.keys()].filter((name) => !rest.has(name));
    const fewer = [...rest].filter(([name, count]) => count < (whole.get(name) ?? 0)).map(([name]) => name);
    t.diagnostic(`families that are lost: ${lost.join(' ')}`);
    t.diagnostic(`families with fewer series: ${fewer.join(' ')}`);
  });

  test('is as it was when all is deleted', () => {
    const { kubectl, kubectlWith, engine } = node();
    const objects = (['standalone', 'otel', 'restricted'] as const).flatMap((overlay) => renderOverlay(overlay));
    kubectlWith(objects, 'delete', '--ignore-not-found');
    assert.equal(kubectl('get', 'namespaces', '--output=name').includes(NAMESPACE), false);
    assert.equal(kubectl('get', 'pods', '--all-namespaces', '--output=name'), '');
    assert.equal(engine.docker('ps', '--quiet', `--filter=ancestor=${IMAGE}`), '');
  });
});

/** `200 at -0.20 s, 503 at 0.00 s, …`: seconds from a moment on. */
function show({ changes }: StatusWatcher, from: number): string {
  return changes.map(({ at, status }) => `${status} at ${(at - from).toFixed(2)} s`).join(', ');
}

/** The number that a pattern finds in the page. */
function value(metrics: string, pattern: RegExp): number {
  return Number(pattern.exec(metrics)?.[1]);
}

/** How many series each family of the page has. */
function seriesOf(metrics: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ''] of metrics.matchAll(/^(\w+)(?:\{.*\})? \S+$/gm))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
