import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import { runToEnd } from '../support/program.ts';
import { describeUnless } from '../support/requirements.ts';
import { findGoTool } from '../tools/go-tools.ts';
import {
  EXAMPLE,
  find,
  MANIFESTS,
  type Manifest,
  missingKustomize,
  OVERLAYS,
  render,
  renderOverlay,
} from './render.ts';

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: unknown;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly args?: readonly string[];
    readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
    readonly resources: unknown;
    readonly volumeMounts: readonly unknown[];
    readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  }[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

interface Workload extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

interface Service extends Manifest {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly targetPort: string; readonly nodePort?: number }[];
    readonly [key: string]: unknown;
  };
}

function workloads(objects: readonly Manifest[]): readonly Workload[] {
  return objects.filter(({ kind }) => kind === 'DaemonSet' || kind === 'Deployment') as Workload[];
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** Renders the base with some of the components, as a user-defined overlay does. */
function renderWith(components: readonly string[], more: object = {}): readonly Manifest[] {
  // kustomize compares paths without symbolic links, and the temporary directory may be a symbolic link.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'overlay-')));
  const from = (path: string): string => relative(directory, join(MANIFESTS, path));
  try {
    const kustomization = {
      namespace: 'otel-node-exporter',
      resources: [from('base')],
      components: components.map((name) => from(`components/${name}`)),
      ...more,
    };
    writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
    return render(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Node affinity that excludes the nodes on which no DaemonSets run. */
const HAS_DAEMON_SETS = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] },
            { key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] },
            { key: 'virtual-kubelet.io/provider', operator: 'DoesNotExist' },
          ],
        },
      ],
    },
  },
};

describeUnless(missingKustomize(), 'kustomize/', () => {
  test('the root renders the overlay standalone', () => {
    assert.deepEqual(render(MANIFESTS), renderOverlay('standalone'));
  });

  for (const { overlay, namespace, rendered } of [
    ...OVERLAYS.map((name) => ({
      overlay: name,
      namespace: 'otel-node-exporter',
      rendered: () => renderOverlay(name),
    })),
    { overlay: 'the example redis', namespace: 'redis', rendered: () => render(EXAMPLE) },
  ]) {
    test(`${overlay}: references between objects resolve`, () => {
      const objects = rendered();
      const names = (kind: string) =>
        objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
      for (const { spec, metadata } of workloads(objects)) {
        const { spec: pod } = spec.template;
        assert.ok(selects(spec.selector.matchLabels, spec.template.metadata.labels), metadata.name);
        if (pod.serviceAccountName !== undefined) assert.ok(names('ServiceAccount').includes(pod.serviceAccountName));
        const maps = [
          ...(pod.volumes ?? []).map(({ configMap }) => configMap?.name),
          ...pod.containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
        ].filter((name) => name !== undefined);
        for (const name of maps) assert.ok(names('ConfigMap').includes(name), name);
      }
      for (const { spec, metadata } of objects.filter(({ kind }) => kind === 'Service') as Service[]) {
        const selected = workloads(objects).filter(({ spec: { template } }) =>
          selects(spec.selector, template.metadata.labels),
        );
        assert.equal(selected.length, 1, `Service ${metadata.name} selects ${selected.length} workloads`);
        const ports = selected.flatMap(({ spec: { template } }) =>
          template.spec.containers.flatMap((container) => container.ports ?? []),
        );
        for (const { targetPort } of spec.ports)
          assert.ok(
            ports.some(({ name }) => name === targetPort),
            targetPort,
          );
      }
    });

    test(`${overlay}: all objects are in one namespace, and images have full version tags`, () => {
      const objects = rendered();
      const clusterWide = new Set(['ClusterRole', 'ClusterRoleBinding', 'Namespace', 'PriorityClass']);
      for (const { kind, metadata } of objects) {
        assert.equal(metadata.namespace, clusterWide.has(kind) ? undefined : namespace, `${kind} ${metadata.name}`);
      }
      for (const { spec } of workloads(objects)) {
        for (const { image } of spec.template.spec.containers) assert.match(image, /:v?\d+\.\d+\.\d+$/);
      }
    });

    test(`${overlay}: pods run on Linux nodes, and those of DaemonSets on no node of Fargate or a virtual kubelet`, () => {
      for (const { kind, metadata, spec } of workloads(rendered())) {
        const { nodeSelector, affinity } = spec.template.spec;
        assert.deepEqual(nodeSelector, { 'kubernetes.io/os': 'linux' }, metadata.name);
        assert.deepEqual(affinity, kind === 'DaemonSet' ? HAS_DAEMON_SETS : undefined, metadata.name);
      }
    });

    test(`${overlay}: every container has requests, a memory limit and no capabilities`, () => {
      for (const { spec } of workloads(rendered())) {
        for (const container of spec.template.spec.containers) {
          const { resources, securityContext } = container as unknown as {
            resources: { requests: object; limits: { memory?: string } };
            securityContext: unknown;
          };
          assert.deepEqual(Object.keys(resources.requests), ['cpu', 'memory']);
          assert.ok(resources.limits.memory);
          assert.deepEqual(securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          });
        }
      }
    });
  }

  test('the flags of each overlay are valid, and only the overlay operator disables containers, which it scrapes from kubelets', async () => {
    for (const overlay of OVERLAYS) {
      const { containers } = (find(renderOverlay(overlay), 'DaemonSet', 'otel-node-exporter') as Workload).spec.template
        .spec;
      const flags = containers[0]?.args ?? [];
      const { code, signal, output } = await runToEnd([...flags, '--config.check']);
      assert.deepEqual([code, signal], [0, null], output);
      assert.equal(flags.includes('--no-collector.containers'), overlay === 'operator', overlay);
    }
  });

  test('each overlay uses the version in package.json', () => {
    for (const overlay of OVERLAYS) {
      const { metadata, spec } = (find(renderOverlay(overlay), 'DaemonSet', 'otel-node-exporter') as Workload).spec
        .template;
      assert.equal(spec.containers[0]?.image, `otel-node-exporter:${manifest.version}`, overlay);
      assert.equal(metadata.labels['app.kubernetes.io/version'], manifest.version, overlay);
    }
  });

  test('the example redis has a ServiceMonitor for its Service, and probes for the health paths of the exporter', () => {
    const objects = render(EXAMPLE);
    const monitor = find(objects, 'ServiceMonitor', 'redis-exporter') as unknown as {
      spec: { selector: { matchLabels: Record<string, string> }; endpoints: { port: string; path: string }[] };
    };
    const service = find(objects, 'Service', 'redis-exporter');
    assert.ok(selects(monitor.spec.selector.matchLabels, service.metadata.labels ?? {}));
    const [endpoint] = monitor.spec.endpoints;
    assert.deepEqual([endpoint?.port, endpoint?.path], ['metrics', '/metrics']);
    assert.ok((service as Service).spec.ports.some((port) => 'name' in port && port.name === endpoint?.port));
    const [container] = (find(objects, 'Deployment', 'redis-exporter') as Workload).spec.template.spec.containers;
    const probes = container as unknown as Record<string, { httpGet: unknown } | undefined>;
    assert.deepEqual(
      [probes['livenessProbe']?.httpGet, probes['readinessProbe']?.httpGet],
      [
        { path: '/health', port: 'metrics' },
        { path: '/-/ready', port: 'metrics' },
      ],
    );
  });

  test('the overlay standalone exposes the node ports 30000, 30001 and 30002', () => {
    const services = renderOverlay('standalone').filter(({ kind }) => kind === 'Service') as Service[];
    const ports = services.flatMap(({ metadata, spec }) =>
      spec['type'] === 'NodePort'
        ? spec.ports.map(({ nodePort }) => [metadata.name, nodePort, spec['externalTrafficPolicy']])
        : [],
    );
    assert.deepEqual(ports, [
      ['grafana', 30002, undefined],
      ['otel-node-exporter-node-port', 30000, 'Local'],
      ['prometheus', 30001, undefined],
    ]);
  });

  test('the Service of the exporter is headless, so that scrapes are not balanced between nodes', () => {
    for (const overlay of OVERLAYS) {
      assert.equal(
        (find(renderOverlay(overlay), 'Service', 'otel-node-exporter') as Service).spec['clusterIP'],
        'None',
      );
    }
  });

  test('the ServiceMonitor and the PodMonitor select the exporter and its port', () => {
    const objects = renderWith(['operator', 'operator-pods']);
    const { spec: pods } = find(objects, 'DaemonSet', 'otel-node-exporter') as Workload;
    const service = find(objects, 'Service', 'otel-node-exporter');
    for (const [kind, labels, endpoints] of [
      ['ServiceMonitor', service.metadata.labels, 'endpoints'],
      ['PodMonitor', pods.template.metadata.labels, 'podMetricsEndpoints'],
    ] as const) {
      const { spec } = find(objects, kind, 'otel-node-exporter') as unknown as {
        spec: { selector: { matchLabels: Record<string, string> } } & Record<string, { port: string }[]>;
      };
      assert.ok(selects(spec.selector.matchLabels, labels ?? {}), kind);
      assert.equal(spec[endpoints]?.[0]?.port, 'metrics');
    }
    assert.ok((service as Service).spec.ports.some((port) => 'name' in port && port.name === 'metrics'));
  });

  test('all components can be combined, and the component restricted changes only the exporter', () => {
    const objects = renderWith(['prometheus', 'grafana', 'collector', 'operator', 'network-policy', 'restricted'], {
      configMapGenerator: [
        { name: 'otel-collector-endpoint', literals: ['OTLP_ENDPOINT=http://prometheus:9090/api/v1/otlp'] },
      ],
    });
    const kinds = objects.map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'DaemonSet').length, 2);
    assert.equal(kinds.filter((kind) => kind === 'NetworkPolicy').length, 3);
    const { spec } = (find(objects, 'DaemonSet', 'otel-node-exporter') as Workload).spec.template;
    assert.deepEqual(
      [spec.hostNetwork, spec.hostPID, spec.volumes, spec.containers[0]?.volumeMounts],
      [undefined, undefined, [], []],
    );
  });

  test('each namespace enforces a Pod Security level that its pods meet', {
    skip:
      findGoTool('pod-security') === undefined &&
      'the Pod Security checks are not built: npm run tools pod-security (needs Go)',
  }, () => {
    for (const overlay of OVERLAYS) {
      const objects = renderOverlay(overlay);
      const level = find(objects, 'Namespace', 'otel-node-exporter').metadata.labels?.[
        'pod-security.kubernetes.io/enforce'
      ];
      const violations = Object.fromEntries(
        workloads(objects).map((workload) => [workload.metadata.name, findViolations(workload)]),
      );
      const expected = overlay === 'restricted' ? [] : ['host namespaces', 'restricted volume types'];
      assert.equal(level, overlay === 'restricted' ? 'restricted' : 'privileged');
      assert.deepEqual(violations['otel-node-exporter'], expected, overlay);
      // All other workloads conform to the level `restricted`.
      const others = Object.entries(violations).filter(([name]) => name !== 'otel-node-exporter');
      for (const [name, reasons] of others) assert.deepEqual(reasons, [], name);
    }
    for (const workload of workloads(render(EXAMPLE))) assert.deepEqual(findViolations(workload), []);
  });
});

/** Returns the violations of the level `restricted` that Pod Security admission reports for the pods of a workload. */
function findViolations({ spec }: Workload): readonly string[] {
  const pods = [{ metadata: { name: 'pod' }, spec: spec.template.spec }];
  const output = execFileSync(findGoTool('pod-security') ?? '', { input: JSON.stringify(pods), encoding: 'utf8' });
  return (JSON.parse(output) as string[][])[0] ?? [];
}
