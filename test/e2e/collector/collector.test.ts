import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { resourceOf, seriesValuesOf } from '../../support/otlp-json.ts';
import { parseLabels, parsePage, type SeriesValues } from '../../support/series-values.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { getText, startProgram } from '../support/program.ts';
import { COLLECTOR, missingCollector } from './binary.ts';
import { ENVIRONMENT, routePath, startCollector, warningsOf } from './start-collector.ts';

const skip = missingCollector();

/** Returns the errors that the Collector reports for a configuration; empty for a valid configuration. */
function validate(path: string, environment: Readonly<Record<string, string>> = ENVIRONMENT): string {
  try {
    execFileSync(COLLECTOR, ['validate', `--config=${path}`], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return '';
  } catch (error) {
    if (error instanceof Error && 'stderr' in error) return String(error.stderr);
    throw error;
  }
}

test('a real Collector accepts the configurations in otel/', { skip }, () => {
  const routes = readdirSync(routePath('')).filter((name) => /^(pull|push)/.test(name));
  assert.deepEqual(routes.sort(), ['pull-kubernetes.yaml', 'pull.yaml', 'push.yaml']);
  for (const route of routes) assert.equal(validate(routePath(route)), '', route);
});

test('a real Collector rejects a configuration without OTLP_ENDPOINT', { skip }, () => {
  for (const route of ['pull-kubernetes.yaml', 'pull.yaml', 'push.yaml']) {
    assert.match(validate(routePath(route), { ...ENVIRONMENT, OTLP_ENDPOINT: '' }), /at least one endpoint/);
  }
});

test('a real Collector rejects a misspelled key', { skip }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'collector-'));
  const broken = join(directory, 'pull.yaml');
  writeFileSync(broken, readFileSync(routePath('pull.yaml'), 'utf8').replace('static_configs', 'static_config'));
  assert.match(validate(broken), /field static_config not found/);
  await rm(directory, { recursive: true });
});

/** The Prometheus receiver adds these metrics about each scrape. */
const SCRAPE_METRICS = /^gauge (up|scrape_\w+)\{/;
/** The receiver turns this metric into the resource. */
const TARGET_INFO = /^gauge target_info\{/;

/**
 * Compares the series of some scrapes with the series that the Collector has written. `missing` contains the series that
 * all scrapes have and the Collector has not written. `unexpected` contains the written series that no scrape has.
 */
function findDifferences(
  scrapes: readonly SeriesValues[],
  written: SeriesValues,
): { missing: string[]; unexpected: string[] } {
  const [first = new Map(), ...others] = scrapes;
  const always = [...first.keys()].filter((key) => others.every((scrape) => scrape.has(key)));
  return {
    missing: always.filter((key) => !written.has(key) && !TARGET_INFO.test(key)),
    unexpected: [...written.keys()].filter(
      (key) => !scrapes.some((scrape) => scrape.has(key)) && !SCRAPE_METRICS.test(key),
    ),
  };
}

/** Returns the series that have the same value in both scrapes. */
function unchangedSeries(before: SeriesValues, after: SeriesValues): string[] {
  return [...before].filter(([key, value]) => after.get(key) === value && !TARGET_INFO.test(key)).map(([key]) => key);
}

test('the pull route forwards every series of a scrape with its name, type, labels and value', {
  skip,
}, async (t) => {
  await using program = await startProgram();
  const scrape = async () => parsePage(await getText(`${program.url}/metrics`));
  await using collector = await startCollector('pull.yaml', { SCRAPE_TARGET: new URL(program.url).host });
  const nextWritten = async () => {
    const before = collector.written().length;
    const written = await eventually(
      async () => collector.written(),
      // Wait for two writes: the first may contain values that are older than the scrape `before`.
      (all) => all.length >= before + 2,
    );
    const last = written.at(-1);
    assert.ok(last);
    return seriesValuesOf(last);
  };

  // Repeat a failed comparison: a gauge may change between the two scrapes and then return to its first value.
  const compared = await eventually(
    async () => {
      const before = await scrape();
      const written = await nextWritten();
      const after = await scrape();
      const unchanged = unchangedSeries(before, after);
      return {
        ...findDifferences([before, after], written),
        differing: unchanged.filter((key) => written.get(key) !== before.get(key)),
        summary: `${written.size} series written, ${after.size} scraped, ${unchanged.length} of them unchanged`,
      };
    },
    ({ missing, unexpected, differing }) => missing.length + unexpected.length + differing.length === 0,
  );
  t.diagnostic(compared.summary);
  assert.deepEqual(warningsOf(collector), []);
});

test('the pull route turns target_info into resource attributes with semconv names', { skip }, async () => {
  await using program = await startProgram();
  const page = await getText(`${program.url}/metrics`);
  const target = parseLabels(/^target_info\{(.*)\} 1$/m.exec(page)?.[1] ?? '');
  const { host } = new URL(program.url);
  await using collector = await startCollector('pull.yaml', { SCRAPE_TARGET: host });
  const [written] = await eventually(
    async () => collector.written(),
    (all) => all.length > 0,
  );
  assert.ok(written);
  const renamed = Object.entries(target).map(([label, value]) => [
    label.replace(/^(host|os|service(?=_version))_/, '$1.'),
    value,
  ]);
  const resource = resourceOf(written);
  assert.deepEqual(resource, {
    ...Object.fromEntries(renamed),
    'service.name': 'otel-node-exporter',
    'service.instance.id': host,
    'server.port': new URL(program.url).port,
    'url.scheme': 'http',
  });
  assert.ok(resource['host.name'] && resource['service.version'], JSON.stringify(resource));
});

test('the push route creates a resource for each container', { skip }, async () => {
  const port = await freePort();
  const protocols = {
    grpc: { endpoint: `127.0.0.1:${await freePort()}` },
    http: { endpoint: `127.0.0.1:${port}` },
  };
  await using collector = await startCollector('push.yaml', {}, { receivers: { otlp: { protocols } } });
  const response = await fetch(`http://127.0.0.1:${port}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(createPushOfTwoContainers()),
  });
  assert.equal(response.status, 200);
  const written = await eventually(
    async () => collector.written(),
    (all) => all.length >= 3,
  );
  assert.deepEqual(
    written.map((resource) => [resourceOf(resource), [...seriesValuesOf(resource)]]),
    [
      [{ 'host.name': 'node-1' }, [['gauge system.uptime{}', '7']]],
      [{ 'host.name': 'node-1', 'container.id': 'aa', 'container.name': 'a' }, [['gauge container.uptime{}', '1']]],
      [{ 'host.name': 'node-1', 'container.id': 'bb', 'container.name': 'b' }, [['gauge container.uptime{}', '2']]],
    ],
  );
});

function createPushOfTwoContainers() {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const gauge = (name: string, ...dataPoints: object[]) => ({ name, gauge: { dataPoints } });
  const container = (id: string, asDouble: number) => ({
    timeUnixNano: '1800000000000000000',
    asDouble,
    attributes: [attribute('container.id', `${id}${id}`), attribute('container.name', id)],
  });
  const metrics = [
    gauge('system.uptime', { timeUnixNano: '1800000000000000000', asDouble: 7 }),
    gauge('container.uptime', container('a', 1), container('b', 2)),
  ];
  return {
    resourceMetrics: [
      { resource: { attributes: [attribute('host.name', 'node-1')] }, scopeMetrics: [{ scope: {}, metrics }] },
    ],
  };
}
