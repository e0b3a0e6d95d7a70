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

// A whole exporter of another system, made with the library: the system is a server of the test.

const EXPORTER = `
import { counter, createExporter, gauge, histogram, quantiles, text } from 'otel-node-exporter';

const jobs = gauge('shop_jobs', 'Jobs that wait.', ['queue']);
const asked = counter('shop_asked_total', 'How often the shop was asked.', ['how']);
const sizes = histogram('shop_answer_bytes', 'How long its answers were.', [], { buckets: [1, 100] });
const times = quantiles('shop_answer_seconds', 'How long answers took.', [], { quantiles: [0.5] });

async function ask(url: string, milliseconds: number): Promise<Record<string, number>> {
  asked.inc({ how: 'http' });
  const response = await fetch(url, { signal: AbortSignal.timeout(milliseconds) });
  const text = await response.text();
  sizes.observe(text.length);
  times.observe(0.25);
  return JSON.parse(text);
}

const queues = (url: string) => ({
  name: 'queues',
  families: [jobs],
  async collect(host, emit) {
    for (const [queue, waiting] of Object.entries(await ask(url, host.remaining))) emit(jobs, waiting, { queue });
  },
});

const { urls } = await createExporter({
  name: 'shop_exporter',
  description: 'Metrics of a "shop" & its queues.',
  version: '3.2.1',
  namespace: 'shop',
  port: 9999,
  flags: { 'shop.url': text('Where the shop answers.', 'URL', 'http://127.0.0.1:1') },
  metrics: [asked, sizes, times],
  collectors: (flags) => [queues(flags['shop.url'])],
  targets: (target) => [queues(target)],
});
process.stderr.write(\`started \${urls.length}\\n\`);
`;

interface Shop extends AsyncDisposable {
  readonly url: string;
}

/** @param answer what it says; \`undefined\`: nothing, ever */
async function openShop(answer: string | undefined): Promise<Shop> {
  const server = createServer((_, response) => {
    if (answer !== undefined) response.end(answer);
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

const shared: { folder?: TempDirectory } = {};
before(async () => {
  // Where nothing is installed, the bundle is found by its place.
  const library = pathToFileURL(PROGRAM).href;
  shared.folder = await createTempDirectory({
    'package.json': '{"type":"module"}',
    'exporter.ts': EXPORTER.replace("'otel-node-exporter'", JSON.stringify(library)).replace(
      'host, emit',
      'host: any, emit: any',
    ),
  });
});
after(() => shared.folder?.[Symbol.asyncDispose]());

function folder(): TempDirectory {
  assert.ok(shared.folder);
  return shared.folder;
}

async function start(...flags: readonly string[]): Promise<Program> {
  const program = await folder().start(process.execPath, 'exporter.ts', ...flags);
  await waitForOutput(program, /^started 1$/m);
  return program;
}

/** The names of the families of a page, and the values of those that never differ. */
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

test("an exporter of one's own says what its system says, and all about itself", async () => {
  await using shop = await openShop('{"mail":3,"print":0}');
  await using program = await start(`--shop.url=${shop.url}`);
  const { names, value } = await page(`${program.url}/metrics`);
  assert.deepEqual(
    names.filter((name) => !/^(process|nodejs)_/.test(name)),
    [
      'target_info gauge',
      'shop_jobs gauge',
      'shop_asked_total counter',
      'shop_answer_bytes histogram',
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
      'shop_answer_seconds summary',
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

test("what an exporter of one's own counts is kept between scrapes, and lost by none at once", async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start(`--shop.url=${shop.url}`);
  const before = Number((await page(`${program.url}/metrics`)).value('shop_asked_total{how="http"}'));
  await Promise.all(Array.from({ length: 20 }, () => getText(`${program.url}/metrics`)));
  const { value } = await page(`${program.url}/metrics`);
  const asked = Number(value('shop_asked_total{how="http"}'));
  assert.ok(asked >= before + 1);
  assert.equal(Number(value('shop_answer_bytes_count')), asked);
  assert.equal(value('shop_answer_bytes_bucket{le="100"}'), value('shop_answer_bytes_count'));
  assert.equal(value('shop_answer_seconds_count'), value('shop_answer_bytes_count'));
});

test("an exporter of one's own answers and is ready while its system is away, and says so", async () => {
  const { value, program } = await (async () => {
    await using shop = await openShop('{"mail":3}');
    const started = await start(`--shop.url=${shop.url}`);
    return { value: (await page(`${started.url}/metrics`)).value, program: started };
  })();
  await using _ = program;
  assert.equal(value('shop_up'), '1');
  const away = await page(`${program.url}/metrics`);
  assert.equal(away.value('shop_up'), '0');
  assert.equal(away.value('shop_exporter_last_scrape_error'), '1');
  assert.equal(away.value('shop_exporter_scrape_errors_total{collector="queues"}'), '1');
  assert.equal(away.value('shop_jobs{queue="mail"}'), undefined);
  for (const path of ['/health', '/-/ready']) assert.equal(await getText(program.url + path), 'ok');
});

test("an exporter of one's own has the flags of ours, and its own", async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await folder().start(
    `EXPORTER_SHOP_URL=${shop.url}`,
    process.execPath,
    'exporter.ts',
    '--web.telemetry-path=/m',
    '--metric.namespace=store',
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
  const missing = await fetch(`${program.url}/info/hostname`);
  assert.equal(missing.status, 404);
});

test("an exporter of one's own pushes what it collects, counts and whether its system is up", async () => {
  await using shop = await openShop('{"mail":3}');
  await using receiver = await startReceiver();
  const push = [`--otlp.endpoint=${receiver.url}`, '--otlp.interval=2s', '--metrics.exporter=otlp'];
  await using program = await start(`--shop.url=${shop.url}`, '--metric.namespace=store', ...push);
  await receiver.untilReceived(1);
  assert.equal((await fetch(`${program.url}/metrics`)).status, 404);
  const [first] = receiver.received[0]?.resourceMetrics ?? [];
  assert.ok(first);
  assert.equal(resourceOf(first)['service.name'], 'shop_exporter');
  const readings = seriesValuesOf(first);
  assert.deepEqual([...readings.keys()].filter((key) => / (store|shop)_/.test(key)).toSorted(), [
    'counter store_asked_total{how="http"}',
    'gauge store_answer_seconds_count{}',
    'gauge store_answer_seconds_sum{}',
    'gauge store_answer_seconds{quantile="0.5"}',
    'gauge store_jobs{queue="mail"}',
    'gauge store_up{}',
    'histogram store_answer_bytes{}',
  ]);
});

test("an exporter of one's own has a page that leads to what it has", async () => {
  await using program = await start();
  const text = await getText(program.url);
  assert.match(text, /<title>shop_exporter<\/title>/);
  assert.match(text, /<p>Metrics of a &quot;shop&quot; &amp; its queues\. Version 3\.2\.1\.<\/p>/);
  assert.deepEqual(
    [...text.matchAll(/href="([^"]*)"/g)].map(([, path]) => path),
    ['/metrics', '/scrape', '/health', '/healthz', '/-/healthy', '/-/ready', '/healthz/ready'],
  );
});

test("an exporter of one's own ends with exit code 0 after SIGTERM", async () => {
  await using program = await start();
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});

test("an exporter of one's own answers a command line that asks for a text, and refuses a wrong one", async () => {
  const ask = (...flags: string[]) => folder().runToEnd(process.execPath, 'exporter.ts', ...flags);
  const help = await ask('--help');
  assert.deepEqual(
    { code: help.code, head: help.output.split('\n')[0] },
    { code: 0, head: 'Usage: shop_exporter [flags]' },
  );
  assert.match(help.output, / {2}--shop\.url=URL\n {8}Where the shop answers\. \(default: http:\/\/127\.0\.0\.1:1\)\n/);
  assert.match(help.output, / {2}--web\.listen-address=ADDRESS …\n.*\(default: :9999\)\n/);
  assert.doesNotMatch(help.output, /node_exporter that/);
  assert.deepEqual(await ask('--version'), { code: 0, signal: null, output: 'shop_exporter 3.2.1\n' });
  assert.deepEqual(await ask('--config.check'), { code: 0, signal: null, output: 'The configuration is good\n' });
  assert.deepEqual(await ask('--shop.ulr=x'), {
    code: 2,
    signal: null,
    output: 'shop_exporter: Unknown flag --shop.ulr; did you mean --shop.url?\n',
  });
  assert.equal((await ask('--healthcheck', '--web.listen-address=127.0.0.1:1')).code, 1);
  await using program = await start();
  const check = await ask('--healthcheck', `--web.listen-address=${new URL(program.url).host}`);
  assert.deepEqual(check, { code: 0, signal: null, output: '' });
});

test('/scrape answers for each target that is allowed, with its own up', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start(`--scrape.target=${shop.url}`, '--scrape.target=http://127.0.0.1:1/');
  const scrape = (target: string) => page(`${program.url}/scrape?target=${encodeURIComponent(target)}`);
  const there = await scrape(shop.url);
  assert.deepEqual(there.names, [
    'shop_jobs gauge',
    'shop_up gauge',
    'shop_exporter_last_scrape_error gauge',
    'shop_scrape_collector_duration_seconds gauge',
    'shop_scrape_collector_success gauge',
    'shop_exporter_scrapes_total counter',
    'shop_exporter_scrape_duration_seconds histogram',
    'shop_exporter_scrape_errors_total counter',
  ]);
  assert.equal(there.value('shop_jobs{queue="mail"}'), '3');
  assert.equal(there.value('shop_up'), '1');
  const away = await scrape('http://127.0.0.1:1/');
  assert.equal(away.value('shop_jobs{queue="mail"}'), undefined);
  assert.equal(away.value('shop_up'), '0');
});

test('/scrape contacts nobody but the targets that are allowed', async () => {
  await using shop = await openShop('{"mail":3}');
  await using program = await start('--scrape.target=http://127.0.0.1:1/');
  const ask = async (query: string) => {
    const response = await fetch(`${program.url}/scrape${query}`);
    return [response.status, await response.text()];
  };
  const before = (await page(`${program.url}/metrics`)).value('shop_asked_total{how="http"}');
  assert.deepEqual(await ask(`?target=${encodeURIComponent(shop.url)}`), [
    403,
    `Cannot scrape "${shop.url}": it is not among the targets of --scrape.target\n`,
  ]);
  assert.deepEqual(await ask('?target=http://127.0.0.1:1'), [
    403,
    'Cannot scrape "http://127.0.0.1:1": it is not among the targets of --scrape.target\n',
  ]);
  assert.deepEqual(await ask(''), [400, 'Expected one target: /scrape?target=…\n']);
  assert.deepEqual(await ask('?target=a&target=b'), [400, 'Expected one target: /scrape?target=…\n']);
  const { value } = await page(`${program.url}/metrics`);
  assert.equal(value('shop_target_scrape_request_errors_total'), '4');
  assert.equal(Number(value('shop_asked_total{how="http"}')), Number(before) + 1);
});

test('/scrape of a target that hangs ends by its own deadline, and holds up no other', async () => {
  await using shop = await openShop('{"mail":3}');
  await using silent = await openShop(undefined);
  await using program = await start(`--scrape.target=${shop.url}`, `--scrape.target=${silent.url}`);
  const url = (target: string) => `${program.url}/scrape?target=${encodeURIComponent(target)}`;
  const hanging = getText(url(silent.url), { 'X-Prometheus-Scrape-Timeout-Seconds': '2' });
  const { value } = await page(url(shop.url));
  assert.equal(value('shop_up'), '1');
  assert.match(await hanging, /^shop_up 0$/m);
});

test("an exporter of one's own can load modules, too", async () => {
  await using ours = await createTempDirectory({
    'extra.ts': `
      import { gauge } from 'otel-node-exporter';
      const extra = gauge('extra', 'E.');
      export default { name: 'extra', families: [extra], collect(_: unknown, emit: any) { emit(extra, 1); } };`,
  });
  await using program = await start(`--collector.module=${join(ours.path, 'extra.ts')}`);
  assert.equal((await page(`${program.url}/metrics`)).value('extra'), '1');
});
