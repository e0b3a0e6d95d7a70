import assert from 'node:assert/strict';
import { type RequestListener, request } from 'node:http';
import { Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GatherRequest } from '../../src/collection/gatherer.ts';
import type { Pass } from '../../src/collection/pass.ts';
import { OTEL_NODE_EXPORTER } from '../../src/config/app-info.ts';
import { ContainerReporter } from '../../src/containers/report/container-reporter.ts';
import type { Host } from '../../src/host/host.ts';
import { createApp } from '../../src/http/app.ts';
import { createMetricsHandler, type MetricsHandlerOptions } from '../../src/http/metrics.ts';
import { createTargetsHandler } from '../../src/http/scrape-target.ts';
import type { Servers } from '../../src/http/server.ts';
import { CGROUP2, cgroup, ID_A, netDev, processFiles } from '../support/cgroup-files.ts';
import { createHostTree, openHost } from '../support/host-tree.ts';
import { listen, OPEN_ACCESS_HANDLERS, UNLIMITED } from '../support/servers.ts';

const PASS: Pass = { results: [], families: [], failed: false };
const TEXT = `# TYPE node_load1 gauge\nnode_load1 0.57\n${'# a comment\n'.repeat(200)}`;

interface Setup {
  readonly host?: Host;
  readonly metrics?: Partial<MetricsHandlerOptions>;
  /** Function that scrapes the target `a`. By default there are no targets. */
  readonly target?: MetricsHandlerOptions['scrape'];
  readonly notReadyReason?: string;
}

function pageOf(pass = PASS): Awaited<ReturnType<MetricsHandlerOptions['scrape']>> {
  const body = Buffer.from(TEXT);
  return { pass, body, compress: async () => gzipSync(body), release: () => undefined };
}

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly servers: Servers;
  readonly errors: unknown[];
}

async function serve({ host = openHost('/nowhere'), metrics, target, notReadyReason }: Setup = {}): Promise<Served> {
  const errors: unknown[] = [];
  const options: MetricsHandlerOptions = {
    scrape: async () => pageOf(),
    collectors: [],
    scrapeMetrics: { startScrape: () => undefined, endScrape: () => undefined },
    requiresSuccess: true,
    limits: { timeout: 5, maxRequests: 40 },
    ...UNLIMITED,
    ...metrics,
  };
  const app = createApp({
    info: { host, containers: new ContainerReporter([]), unsentBodies: UNLIMITED.unsentBodies },
    metrics: createMetricsHandler(options),
    metricsPath: '/metrics',
    ...OPEN_ACCESS_HANDLERS,
    targets:
      target &&
      createTargetsHandler({
        handlers: new Map([['a', createMetricsHandler({ ...options, scrape: target })]]),
        onRejected: () => undefined,
      }),
    landingPage: { ...OTEL_NODE_EXPORTER, version: '1.2.3' },
    notReadyReason: () => notReadyReason,
    onError: (error) => errors.push(error),
  });
  const servers = await listen(app);
  const [url = ''] = servers.urls;
  return { url, servers, errors, [Symbol.asyncDispose]: () => servers.close(0) };
}

async function get(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; type: string | null; body: string }> {
  const response = await fetch(url, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

const PLAIN = 'text/plain; charset=utf-8';

test('/info/hostname returns the name of the host as plain text', async () => {
  await using machine = await createHostTree({});
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/hostname`), { status: 200, type: PLAIN, body: 'recorded' });
});

test('/info/uptime returns seconds with the two decimals of /proc/uptime', async () => {
  await using machine = await createHostTree({ 'proc/uptime': '9246.50 17734.06\n' });
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/uptime`), { status: 200, type: PLAIN, body: '9246.50' });
});

test('/info/containers returns the usage of containers, with rates from the second request on', async () => {
  const directory = `sys/fs/cgroup/docker/${ID_A}`;
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(directory, {
      'cgroup.procs': '800\n',
      'cpu.stat': 'usage_usec 1500000\n',
      'cpu.max': '25000 100000\n',
      'memory.current': '5000\n',
      'memory.stat': 'anon 1000\ninactive_file 400\n',
      'memory.max': 'max\n',
    }),
    ...processFiles(800, { net: netDev('eth0', 7) }),
  });
  await using served = await serve({ host: machine.host });
  const report = async () => JSON.parse((await get(`${served.url}/info/containers`)).body);
  const expected = {
    id: `/docker/${ID_A}`,
    containerId: ID_A,
    runtime: 'docker',
    name: null,
    image: null,
    namespace: null,
    pod: null,
    container: null,
    limits: { cpu: 0.25, memory: null },
    cpu: { seconds: 1.5, share: null },
    memory: { usage: 5000, workingSet: 4600, rss: 1000 },
    network: {
      receivedBytes: 7,
      transmittedBytes: 7,
      receivedBytesPerSecond: null,
      transmittedBytesPerSecond: null,
    },
  };
  assert.deepEqual(await report(), [expected]);
  assert.deepEqual(await report(), [
    {
      ...expected,
      cpu: { seconds: 1.5, share: 0 },
      network: { ...expected.network, receivedBytesPerSecond: 0, transmittedBytesPerSecond: 0 },
    },
  ]);
});

test('/info/load returns the three load averages as JSON', async () => {
  await using machine = await createHostTree({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/load`), {
    status: 200,
    type: 'application/json; charset=utf-8',
    body: '{"1m":0.57,"5m":0.8,"15m":0.77}',
  });
});

test('/info routes return 503 with the path and the reason if a file cannot be read', async () => {
  await using machine = await createHostTree(
    { 'proc/loadavg': 'broken\n', 'proc/uptime/': '', 'proc/sys/kernel/hostname': '\n' },
    { hostname: undefined },
  );
  await using served = await serve(machine);
  const { root } = machine;
  assert.deepEqual(await get(`${served.url}/info/load`), {
    status: 503,
    type: PLAIN,
    body: `Cannot parse ${root}/proc/loadavg: expected three numbers in "broken\\n"\n`,
  });
  assert.deepEqual(await get(`${served.url}/info/uptime`), {
    status: 503,
    type: PLAIN,
    body: `Cannot read ${root}/proc/uptime: is a directory\n`,
  });
  assert.deepEqual(await get(`${served.url}/info/hostname`), {
    status: 503,
    type: PLAIN,
    body: `Cannot parse ${root}/proc/sys/kernel/hostname: expected a name\n`,
  });
});

test('/metrics returns the Prometheus text format, compressed for clients that accept gzip', async () => {
  await using served = await serve();
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  const identity = { 'accept-encoding': 'identity' };
  assert.deepEqual(await get(`${served.url}/metrics`, { headers: identity }), { status: 200, type, body: TEXT });

  const compressed = await getRaw(`${served.url}/metrics`, { 'accept-encoding': 'gzip' });
  assert.equal(compressed.encoding, 'gzip');
  assert.equal(gunzipSync(compressed.body).toString(), TEXT);
  const plain = await getRaw(`${served.url}/metrics`, { 'accept-encoding': 'gzip;q=0' });
  assert.equal(plain.encoding, undefined);
  assert.equal(plain.body.toString(), TEXT);
});

/** Requests a URL and returns the body as the server sends it. fetch() would decompress the body. */
async function getRaw(
  url: string,
  headers: Record<string, string>,
): Promise<{ encoding: string | undefined; body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ encoding: string | undefined; body: Buffer }>();
  request(url, { headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }));
  })
    .on('error', reject)
    .end();
  return promise;
}

test('/metrics derives the deadline of the pass from the scrape timeout', async () => {
  const seen = { deadline: 0 };
  await using served = await serve({
    metrics: {
      scrape: async ({ deadline }: GatherRequest) => {
        seen.deadline = deadline;
        return pageOf();
      },
    },
  });
  const expected = { 10: 9.5, 1: 0.9, '1e9': 5, soon: 5, '-1': 5, 0: 5, 99999999999: 3599.5 };
  for (const [header, seconds] of Object.entries(expected)) {
    const before = performance.now();
    await get(`${served.url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': header } });
    // The timeout starts when the request arrives, which is between `before` and now.
    const [earliest, latest] = [before + seconds * 1000, performance.now() + seconds * 1000];
    const shown = `${header}: ${earliest} ${seen.deadline} ${latest}`;
    assert.ok(earliest <= seen.deadline && seen.deadline <= latest, shown);
  }
});

test('/metrics returns 503 with the reasons if no collector succeeded', async () => {
  const pass: Pass = {
    results: [
      { collector: 'a', state: 'failed', seconds: 0, errors: [new Error('Cannot read a: EIO')], families: [] },
      { collector: 'b', state: 'absent', seconds: 0, errors: [new Error('Cannot find b: ENOENT')], families: [] },
    ],
    families: [],
    failed: true,
  };
  await using served = await serve({ metrics: { scrape: async () => pageOf(pass) } });
  assert.deepEqual(await get(`${served.url}/metrics`), {
    status: 503,
    type: PLAIN,
    body: 'No collector succeeded\na: Cannot read a: EIO\nb: Cannot find b: ENOENT\n',
  });
});

test('/metrics returns 500 without a stack after an internal error', async () => {
  await using served = await serve({
    metrics: {
      scrape: async () => {
        throw new Error('a secret detail');
      },
    },
  });
  assert.deepEqual(await get(`${served.url}/metrics`), { status: 500, type: PLAIN, body: 'Internal error\n' });
  assert.deepEqual(served.errors.map(String), ['Error: a secret detail']);
});

test('/scrape returns 500 without a stack after an internal error', { timeout: 10_000 }, async () => {
  await using served = await serve({
    target: async () => {
      throw new Error('a secret detail');
    },
  });
  const response = await get(`${served.url}/scrape?target=a`);
  assert.deepEqual(response, { status: 500, type: PLAIN, body: 'Internal error\n' });
  assert.deepEqual(served.errors.map(String), ['Error: a secret detail']);
});

test('/metrics returns 503 beyond the limit of concurrent scrapes, and 200 after a scrape has ended', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  let scrapes = 0;
  await using served = await serve({
    metrics: {
      limits: { timeout: 5, maxRequests: 2 },
      scrape: async () => {
        scrapes += 1;
        if (scrapes === 2) arrived.resolve();
        await gate.promise;
        return pageOf();
      },
    },
  });
  const responses = [get(`${served.url}/metrics`), get(`${served.url}/metrics`)];
  await arrived.promise;
  assert.deepEqual(await get(`${served.url}/metrics`), {
    status: 503,
    type: PLAIN,
    body: 'Too many concurrent scrapes: the limit is 2\n',
  });
  gate.resolve();
  assert.deepEqual(
    (await Promise.all(responses)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await get(`${served.url}/metrics`)).status, 200);
});

test('/metrics does not count a scrape after its client has disconnected', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using served = await serve({
    metrics: {
      limits: { timeout: 5, maxRequests: 1 },
      scrape: async () => {
        arrived.resolve();
        await gate.promise;
        return pageOf();
      },
    },
  });
  const abort = new AbortController();
  const aborted = get(`${served.url}/metrics`, { signal: abort.signal });
  await arrived.promise;
  abort.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  gate.resolve();
  while ((await get(`${served.url}/metrics`)).status !== 200);
  assert.deepEqual(served.errors, []);
});

test('the health paths return 200 while the exporter is not ready', async () => {
  await using served = await serve({ notReadyReason: 'Shutting down' });
  for (const path of ['/health', '/healthz', '/-/healthy']) {
    assert.deepEqual(await get(served.url + path), { status: 200, type: PLAIN, body: 'ok' });
  }
});

test('the readiness paths return 503 with the reason until the exporter is ready', async () => {
  for (const path of ['/-/ready', '/healthz/ready']) {
    await using notReady = await serve({ notReadyReason: 'The first pass has not ended' });
    assert.deepEqual(await get(notReady.url + path), {
      status: 503,
      type: PLAIN,
      body: 'The first pass has not ended',
    });
    await using ready = await serve();
    assert.deepEqual(await get(ready.url + path), { status: 200, type: PLAIN, body: 'ok' });
  }
});

test('the landing page names the exporter and links to every route', async () => {
  await using served = await serve();
  const { status, type, body } = await get(`${served.url}/`);
  assert.deepEqual([status, type], [200, 'text/html; charset=utf-8']);
  assert.match(body, /otel-node-exporter/);
  assert.match(body, /1\.2\.3/);
  const links = [...body.matchAll(/<a href="([^"]+)"/g)].map(([, path = '']) => path);
  assert.deepEqual(links, [
    '/metrics',
    '/info/hostname',
    '/info/uptime',
    '/info/load',
    '/info/containers',
    '/health',
    '/healthz',
    '/-/healthy',
    '/-/ready',
    '/healthz/ready',
  ]);
});

const PATHS = [
  '/',
  '/favicon.ico',
  '/metrics',
  '/info/hostname',
  '/info/uptime',
  '/info/load',
  '/info/containers',
  '/health',
  '/healthz',
  '/-/healthy',
  '/-/ready',
  '/healthz/ready',
];
const FILES = { ...CGROUP2, 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n', 'proc/uptime': '9246.58 17734.06\n' };

test('/favicon.ico returns an icon that the pages of the exporter may show', async () => {
  await using served = await serve();
  const { status, headers } = await fetch(`${served.url}/favicon.ico`);
  assert.deepEqual(
    [status, headers.get('content-type'), headers.get('cache-control')],
    [200, 'image/svg+xml; charset=utf-8', 'public, max-age=86400'],
  );
  const page = await fetch(served.url);
  assert.equal(
    page.headers.get('content-security-policy'),
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
  );
  assert.match(await page.text(), /^<link rel="icon" href="\/favicon\.ico" type="image\/svg\+xml">$/m);
});

test('every path handles HEAD without a body', async () => {
  await using machine = await createHostTree(FILES);
  await using served = await serve(machine);
  for (const path of PATHS) {
    const { status, body } = await get(served.url + path, { method: 'HEAD' });
    assert.deepEqual([path, status, body], [path, 200, '']);
  }
});

test('every path returns 405 with the allowed methods for other methods', async () => {
  await using served = await serve();
  for (const path of PATHS) {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await fetch(served.url + path, { method });
      assert.deepEqual(
        [response.status, response.headers.get('allow'), response.headers.get('content-type'), await response.text()],
        [405, 'GET, HEAD', PLAIN, `Cannot ${method} ${path}\n`],
      );
    }
  }
});

test('an unknown path returns 404 in plain text', async () => {
  await using served = await serve();
  for (const path of ['/nope', '/info', '/info/secrets', '/metrics/more']) {
    assert.deepEqual(await get(served.url + path), { status: 404, type: PLAIN, body: `Cannot find ${path}\n` });
  }
});

test('a malformed path returns 400 or 404 without a stack', async () => {
  await using served = await serve();
  const { status, type, body } = await get(`${served.url}/%ff%`);
  assert.deepEqual([type, body.includes('at ')], [PLAIN, false]);
  assert.ok(status === 400 || status === 404);
});

test('Servers.listen() names an address that is in use', async () => {
  await using served = await serve();
  const port = Number(new URL(served.url).port);
  await assert.rejects(
    listen(() => undefined, { addresses: [{ host: '127.0.0.1', port }] }),
    {
      message: `Cannot listen on 127.0.0.1:${port}: the port is in use`,
    },
  );
});

test('Servers.listen() listens on several addresses, IPv4 and IPv6', async (context) => {
  const servers = await listen(respondOk, {
    addresses: [
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 0 },
    ],
  }).catch((error: unknown) => {
    if (String(error).includes('no such address')) return undefined;
    throw error;
  });
  if (servers === undefined) return context.skip('the host has no IPv6');
  const bodies = servers.urls.map(async (url) => (await get(url)).body);
  assert.deepEqual(await Promise.all(bodies), ['ok', 'ok']);
  await servers.close(0);
});

const respondOk: RequestListener = (_request, response) => response.end('ok');

test('Servers.listen() without a host listens on IPv6 and IPv4', async (context) => {
  const servers = await listen(respondOk, { addresses: [{ host: undefined, port: 0 }] });
  context.after(() => servers.close(0));
  const [url = ''] = servers.urls;
  const { hostname, port } = new URL(url);
  if (hostname !== '[::]') return context.skip('the host has no IPv6');
  const bodies = ['127.0.0.1', '[::1]'].map(async (host) => (await get(`http://${host}:${port}/`)).body);
  assert.deepEqual(await Promise.all(bodies), ['ok', 'ok']);
});

for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL']) {
  test(`Servers.listen() without a host listens on IPv4 if IPv6 fails with ${code}`, async (context) => {
    failListen(context, '::', code);
    const servers = await listen(respondOk, { addresses: [{ host: undefined, port: 0 }] });
    context.after(() => servers.close(0));
    const [url = ''] = servers.urls;
    assert.equal(new URL(url).hostname, '0.0.0.0');
    assert.equal((await get(url.replace('0.0.0.0', '127.0.0.1'))).body, 'ok');
  });
}

test('Servers.listen() without a host fails if the port is in use on IPv6', async (context) => {
  failListen(context, '::', 'EADDRINUSE');
  await assert.rejects(listen(respondOk, { addresses: [{ host: undefined, port: 7 }] }), {
    message: 'Cannot listen on :7: the port is in use',
  });
});

/** Makes the listen call of every server on a host fail with an error code. */
function failListen(context: TestContext, host: string, code: string): void {
  const { listen } = Server.prototype;
  context.mock.method(Server.prototype, 'listen', function (this: Server, options: { readonly host: string }) {
    if (options.host !== host) return listen.call(this, options);
    process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
    return this;
  });
}

test('Servers.close() waits for a running request', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const servers = await listen(async (_request, response) => {
    arrived.resolve();
    await gate.promise;
    response.end('done');
  });
  const response = get(servers.urls[0] ?? '');
  await arrived.promise;
  const closed = servers.close(60_000);
  gate.resolve();
  assert.equal((await response).body, 'done');
  await closed;
});

test('Servers.close() closes the connection of a request that does not end', async () => {
  const arrived = Promise.withResolvers<void>();
  const servers = await listen(() => arrived.resolve());
  const response = get(servers.urls[0] ?? '');
  await arrived.promise;
  await servers.close(1);
  await assert.rejects(response, { message: 'fetch failed' });
});
