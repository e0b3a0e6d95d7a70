import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { resourceOf, seriesValuesOf } from '../support/otlp-json.ts';
import { startReceiver } from '../support/otlp-receiver.ts';
import { getText, PROGRAM, type Program, waitForOutput } from './support/program.ts';
import { createTempDirectory, type TempDirectory } from './support/temp-directory.ts';

// The tests run a custom exporter. It reads the jobs of a shop, which is an HTTP server of the test.

const EXPORTER = `
import { counter, createExporter, gauge, histogram, summary, text } from 'otel-node-exporter';

const jobs = gauge('shop_jobs', 'Waiting jobs of the shop by queue.', ['queue']);
const requests = counter('shop_requests_total', 'Requests to the shop by protocol.', ['protocol']);
const sizes = histogram('shop_response_bytes', 'Sizes of the responses of the shop in bytes.', [], { buckets: [1, 100] });
const durations = summary('shop_response_seconds', 'Durations of the responses of the shop in seconds.', [], { quantiles: [0.5] });

async function fetchJobs(url: string, timeoutMs: number): Promise<Record<string, number>> {
  requests.inc({ protocol: 'http' });
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  sizes.observe(text.length);
  durations.observe(0.25);
  return JSON.parse(text);
}

const queues = (url: string) => ({
  name: 'queues',
  families: [jobs],
  async collect(host, emit) {
    for (const [queue, waiting] of Object.entries(await fetchJobs(url, host.remaining))) emit(jobs, waiting, { queue });
  },
});

const { urls } = await createExporter({
  name: 'shop_exporter',
  description: 'Metrics of a "shop" & its queues.',
  version: '3.2.1',
  namespace: 'shop',
  port: 9999,
  flags: { 'shop.url': text('URL of the shop.', 'URL', 'http://127.0.0.1:1') },
  metrics: [requests, sizes, durations],
  collectors: (flags) => [queues(flags['shop.url'])],
  targets: (target) => [queues(target)],
});
process.stderr.write(\`started \${urls.length}\\n\`);
`;

interface Shop extends AsyncDisposable {
  readonly url: string;
}

/** @param body body of each response; `undefined` for a server that never responds */
async function openShop(body: string | undefined): Promise<Shop> {
  const server = createServer((_, response) => {
    if (body !== undefined) response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const shared: { directory?: TempDirectory } = {};
before(async () => {
  // The directory contains no packages, so the exporter imports the bundle by its path.
  const library = pathToFileURL(PROGRAM).href;
  shared.directory = await createTempDirectory({
    'package.json': '{"type":"module"}',
    'exporter.ts': EXPORTER.replace("'otel-node-exporter'", JSON.stringify(library)).replace(
      'host, emit',
      'host: any, emit: any',
    ),
  });
});
after(() => shared.directory?.[Symbol.asyncDispose]());

function directory(): TempDirectory {
  assert.ok(shared.directory);
  return shared.directory;
}

async function start(...flags: readonly string[]): Promise<Program> {
  const program = await directory().start(process.execPath, 'exporter.ts', ...flags);
  await waitForOutput(program, /^started 1$/m);
  return program;
}

/**
 * Reads the text of `/metrics`: `names` contains the name and type of each family, `value()` returns the value of a
 * series.
 */
async function page(url: string): Promise<{ readonly names: string[]; value(series: string): string | undefined }> {
  const text = await getText(url);
  return {
    names: [...text.matchAll(/^# TYPE (\S+ \S+)/gm)].map(([, name = '']) => name),
    value: (series) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1),
  };
}

test('createExporter() serves the metrics of its system and about itself', async () => {
  await using shop = await openShop('{"mail":3,"print":0}');
  await using program = await start(`--shop.url=${shop.url}`);
  const { names, value } = await page(`${program.url}/metrics`);
  assert.deepEqual(
    names.filter((name) => !/^(process|nodejs)_/.test(name)),
    [
      'target_info gauge',
      'shop_jobs gauge',
      'shop_requests_total counter',
      'shop_response_bytes histogram',
      'shop_response_seconds summary',
      'shop_up gauge',
      'shop_exporter_last_scrape_error gauge',
      'shop_target_scrape_request_errors_total counter',
      'shop_scrape_collector_duration_seconds gauge',
      'shop_scrape_collector_success gauge',
      'shop_exporter_scrapes_total counter',
      'shop_exporter_scrape_duration_seconds histogram',
      'shop_exporter_last_scrape_duration_seconds gauge',
      'shop_exporter_scrape_errors_total counter',
      'shop_exporter_build_info gauge',
      'shop_exporter_limit_exceeded_total counter',
    ],
  );
  assert.deepEqual(
    Object.fromEntries(
      [
        'shop_jobs{queue="mail"}',
        'shop_jobs{queue="print"}',
        'shop_up',
        'shop_exporter_last_scrape_error',
        'shop_exporter_scrapes_total',
        'shop_target_scrape_request_errors_total',
        'shop_scrape_collector_success{collector="queues"}',
        `shop_exporter_build_info{version="3.2.1",revision="",nodeversion="${process.version}"}`,
      ].map((series) => [series, value(series)]),
    ),
    {
      'shop_jobs{queue="mail"}': '3',
      'shop_jobs{queue="print"}': '0',
      shop_up: '1',
      shop_exporter_last_scrape_error: '0',
      shop_exporter_scrapes_total: '1',
      shop_target_scrape_request_errors_total: '0',
      'shop_scrape_collector_success{collector="queues"}': '1',
      [`shop_exporter_build_info{version="3.2.1",revision="",nodeversion="${process.version}"}`]: '1',
    },
  );
});

test('createExporter() holds instruments between scrapes and loses no increment in concurrent ones', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start(`--shop.url=${shop.url}`);
  const before = Number((await page(`${program.url}/metrics`)).value('shop_requests_total{protocol="http"}'));
  await Promise.all(Array.from({ length: 20 }, () => getText(`${program.url}/metrics`)));
  const { value } = await page(`${program.url}/metrics`);
  const requests = Number(value('shop_requests_total{protocol="http"}'));
  assert.ok(requests >= before + 1);
  assert.equal(Number(value('shop_response_bytes_count')), requests);
  assert.equal(value('shop_response_bytes_bucket{le="100"}'), value('shop_response_bytes_count'));
  assert.equal(value('shop_response_seconds_count'), value('shop_response_bytes_count'));
});

test('createExporter() reports up as 0 and stays ready while its system is down', async () => {
  const { value, program } = await (async () => {
    await using shop = await openShop('{"mail":3}');
    const started = await start(`--shop.url=${shop.url}`);
    return { value: (await page(`${started.url}/metrics`)).value, program: started };
  })();
  await using _ = program;
  assert.equal(value('shop_up'), '1');
  const down = await page(`${program.url}/metrics`);
  assert.equal(down.value('shop_up'), '0');
  assert.equal(down.value('shop_exporter_last_scrape_error'), '1');
  assert.equal(down.value('shop_exporter_scrape_errors_total{collector="queues"}'), '1');
  assert.equal(down.value('shop_jobs{queue="mail"}'), undefined);
  for (const path of ['/health', '/-/ready']) assert.equal(await getText(program.url + path), 'ok');
});

test('createExporter() accepts the flags of every exporter and custom flags', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await directory().start(
    `EXPORTER_SHOP_URL=${shop.url}`,
    process.execPath,
    'exporter.ts',
    '--web.telemetry-path=/m',
    '--metrics.namespace=store',
    '--log.format=json',
  );
  const { names, value } = await page(`${program.url}/m`);
  assert.equal(value('store_jobs{queue="mail"}'), '3');
  assert.equal(value('store_up'), '1');
  assert.deepEqual(
    names.filter((name) => name.startsWith('shop_')),
    [],
  );
  assert.match(program.output(), /^\{"level":"info",.*"msg":"Serving \/m and \/scrape on http:/);
  assert.equal((await fetch(`${program.url}/info/hostname`)).status, 404);
});

test('createExporter() pushes collected samples, instruments and the up metric', async () => {
  await using shop = await openShop('{"mail":3}');
  await using receiver = await startReceiver();
  const push = [`--otlp.endpoint=${receiver.url}`, '--otlp.interval=2s', '--metrics.exporter=otlp'];
  await using program = await start(`--shop.url=${shop.url}`, '--metrics.namespace=store', ...push);
  await receiver.untilReceived(1);
  assert.equal((await fetch(`${program.url}/metrics`)).status, 404);
  const [first] = receiver.received[0]?.resourceMetrics ?? [];
  assert.ok(first);
  assert.equal(resourceOf(first)['service.name'], 'shop_exporter');
  const readings = seriesValuesOf(first);
  assert.deepEqual([...readings.keys()].filter((key) => / (store|shop)_/.test(key)).toSorted(), [
    'counter store_requests_total{protocol="http"}',
    'gauge store_jobs{queue="mail"}',
    'gauge store_response_seconds_count{}',
    'gauge store_response_seconds_sum{}',
    'gauge store_response_seconds{quantile="0.5"}',
    'gauge store_up{}',
    'histogram store_response_bytes{}',
  ]);
});

test('createExporter() serves a landing page with links to its routes', async () => {
  await using program = await start();
  const text = await getText(program.url);
  assert.match(text, /<title>shop_exporter<\/title>/);
  assert.match(text, /<p>Metrics of a &quot;shop&quot; &amp; its queues\. Version 3\.2\.1\.<\/p>/);
  assert.deepEqual(
    [...text.matchAll(/<a href="([^"]*)"/g)].map(([, path]) => path),
    ['/metrics', '/scrape', '/health', '/healthz', '/-/healthy', '/-/ready', '/healthz/ready'],
  );
});

test('createExporter() exits with code 0 after SIGTERM', async () => {
  await using program = await start();
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});

test('createExporter() prints requested texts and rejects an invalid command line', async () => {
  const runWith = (...flags: string[]) => directory().runToEnd(process.execPath, 'exporter.ts', ...flags);
  const help = await runWith('--help');
  assert.deepEqual(
    { code: help.code, head: help.output.split('\n')[0] },
    { code: 0, head: 'Usage: shop_exporter [flags]' },
  );
  assert.match(help.output, /^ {2}--shop\.url=URL +URL of the shop\. \(default: http:\/\/127\.0\.0\.1:1\)$/m);
  assert.match(help.output, /^ {2}--web\.listen-address=ADDRESS … .*\(default: :9999\)$/m);
  assert.doesNotMatch(help.output, /node_exporter/);
  assert.match((await runWith('--version')).output, /^shop_exporter, version 3\.2\.1 \(branch: , revision: \)\n/);
  assert.deepEqual(await runWith('--config.check'), { code: 0, signal: null, output: 'The configuration is good\n' });
  assert.deepEqual(await runWith('--shop.ulr=x'), {
    code: 2,
    signal: null,
    output: 'shop_exporter: Unknown flag --shop.ulr; did you mean --shop.url?\n',
  });
  assert.deepEqual(await runWith('--shop.url=a', '--shop.url=b', '--log.level=loud', '--collector.queues=maybe'), {
    code: 2,
    signal: null,
    output: `shop_exporter: Repeated flag --shop.url: expected one value
shop_exporter: Invalid value "loud" for flag --log.level: expected one of debug, info, warn, error
`,
  });
  assert.equal((await runWith('--healthcheck', '--web.listen-address=127.0.0.1:1')).code, 1);
  await using program = await start();
  const check = await runWith('--healthcheck', `--web.listen-address=${new URL(program.url).host}`);
  assert.deepEqual(check, { code: 0, signal: null, output: '' });
});

test('/scrape returns the metrics of each allowed target, with its own up metric', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start(`--scrape.target=${shop.url}`, '--scrape.target=http://127.0.0.1:1/');
  const scrape = (target: string) => page(`${program.url}/scrape?target=${encodeURIComponent(target)}`);
  const up = await scrape(shop.url);
  assert.deepEqual(up.names, [
    'shop_jobs gauge',
    'shop_up gauge',
    'shop_exporter_last_scrape_error gauge',
    'shop_scrape_collector_duration_seconds gauge',
    'shop_scrape_collector_success gauge',
    'shop_exporter_scrapes_total counter',
    'shop_exporter_scrape_duration_seconds histogram',
    'shop_exporter_scrape_errors_total counter',
  ]);
  assert.equal(up.value('shop_jobs{queue="mail"}'), '3');
  assert.equal(up.value('shop_up'), '1');
  const down = await scrape('http://127.0.0.1:1/');
  assert.equal(down.value('shop_jobs{queue="mail"}'), undefined);
  assert.equal(down.value('shop_up'), '0');
});

test('/scrape contacts allowed targets only', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start('--scrape.target=http://127.0.0.1:1/');
  const request = async (query: string) => {
    const response = await fetch(`${program.url}/scrape${query}`);
    return [response.status, await response.text()];
  };
  const before = (await page(`${program.url}/metrics`)).value('shop_requests_total{protocol="http"}');
  assert.deepEqual(await request(`?target=${encodeURIComponent(shop.url)}`), [
    403,
    `Cannot scrape "${shop.url}": no --scrape.target flag allows it\n`,
  ]);
  assert.deepEqual(await request('?target=http://127.0.0.1:1'), [
    403,
    'Cannot scrape "http://127.0.0.1:1": no --scrape.target flag allows it\n',
  ]);
  assert.deepEqual(await request(''), [400, 'Expected one target: /scrape?target=…\n']);
  assert.deepEqual(await request('?target=a&target=b'), [400, 'Expected one target: /scrape?target=…\n']);
  const { value } = await page(`${program.url}/metrics`);
  assert.equal(value('shop_target_scrape_request_errors_total'), '4');
  assert.equal(Number(value('shop_requests_total{protocol="http"}')), Number(before) + 1);
});

test('/scrape of a hanging target ends at its own deadline and delays no other', async () => {
  await using shop = await openShop('{"mail":3}');
  await using silent = await openShop(undefined);
  await using program = await start(`--scrape.target=${shop.url}`, `--scrape.target=${silent.url}`);
  const url = (target: string) => `${program.url}/scrape?target=${encodeURIComponent(target)}`;
  const hanging = getText(url(silent.url), { 'X-Prometheus-Scrape-Timeout-Seconds': '2' });
  const { value } = await page(url(shop.url));
  assert.equal(value('shop_up'), '1');
  assert.match(await hanging, /^shop_up 0$/m);
});

test('createExporter() loads modules', async () => {
  await using directory = await createTempDirectory({
    'extra.ts': `
      import { gauge } from 'otel-node-exporter';
      const extra = gauge('extra', 'E.');
      export default { name: 'extra', families: [extra], collect(_: unknown, emit: any) { emit(extra, 1); } };`,
  });
  await using program = await start(`--collector.module=${join(directory.path, 'extra.ts')}`);
  assert.equal((await page(`${program.url}/metrics`)).value('extra'), '1');
});
