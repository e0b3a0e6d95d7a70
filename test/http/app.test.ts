import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { GatherRequest, Pass } from '../../src/collection/gatherer.ts';
import { NODE_EXPORTER } from '../../src/config/app-info.ts';
import { ContainerReporter } from '../../src/containers/report.ts';
import type { Host } from '../../src/host/host.ts';
import { createApp } from '../../src/http/app.ts';
import { createMetricsHandler, type MetricsOptions } from '../../src/http/metrics.ts';
import { createTargetsHandler } from '../../src/http/scrape-target.ts';
import { Servers } from '../../src/http/server.ts';
import { CGROUP2, cgroup, ID_A, netDev, processFiles } from '../support/cgroup-files.ts';
import { createHostTree, openHost } from '../support/host-tree.ts';

const PASS: Pass = { results: [], families: [], failed: false };
const TEXT = `# TYPE node_load1 gauge\nnode_load1 0.57\n${'# a comment\n'.repeat(200)}`;

interface Setup {
  readonly host?: Host;
  readonly metrics?: Partial<MetricsOptions>;
  /** What `scrape` does for the target `a`. */
  readonly target?: MetricsOptions['scrape'];
  readonly unready?: string;
}

function answer(pass = PASS): Awaited<ReturnType<MetricsOptions['scrape']>> {
  return { pass, body: Buffer.from(TEXT), release: () => undefined };
}

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly servers: Servers;
  readonly errors: unknown[];
}

async function serve({ host = openHost('/nowhere'), metrics, target, unready }: Setup = {}): Promise<Served> {
  const errors: unknown[] = [];
  const options: MetricsOptions = {
    scrape: async () => answer(),
    collectors: [],
    scrapes: { begin: () => undefined, end: () => undefined },
    timeout: 5,
    maxRequests: 40,
    ...metrics,
  };
  const app = createApp({
    info: { host, containers: new ContainerReporter([]) },
    metrics: options,
    metricsPath: '/metrics',
    targets:
      target &&
      createTargetsHandler({
        handlers: new Map([['a', createMetricsHandler({ ...options, scrape: target })]]),
        onRefused: () => undefined,
      }),
    page: { ...NODE_EXPORTER, version: '1.2.3' },
    unready: () => unready,
    onError: (error) => errors.push(error),
  });
  const servers = await Servers.listen([{ host: '127.0.0.1', port: 0 }], app);
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

test('/info/hostname answers the name alone', async () => {
  await using machine = await createHostTree({});
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/hostname`), { status: 200, type: PLAIN, body: 'recorded' });
});

test('/info/uptime answers seconds as the kernel prints them', async () => {
  await using machine = await createHostTree({ 'proc/uptime': '9246.50 17734.06\n' });
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/uptime`), { status: 200, type: PLAIN, body: '9246.50' });
});

test('/info/containers answers what containers use, and rates from the second answer on', async () => {
  const folder = `sys/fs/cgroup/docker/${ID_A}`;
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(folder, {
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

test('/info/load answers three numbers', async () => {
  await using machine = await createHostTree({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  await using served = await serve(machine);
  assert.deepEqual(await get(`${served.url}/info/load`), {
    status: 200,
    type: 'application/json; charset=utf-8',
    body: '{"1m":0.57,"5m":0.8,"15m":0.77}',
  });
});

test('an info route whose file cannot be read answers 503 with the file and the reason', async () => {
  await using machine = await createHostTree(
    { 'proc/loadavg': 'broken\n', 'proc/uptime/': '' },
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
    body: `Cannot find ${root}/proc/sys/kernel/hostname: ENOENT\n`,
  });
});

test('/metrics answers Prometheus text, and gzip when asked', async () => {
  await using served = await serve();
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  const identity = { 'accept-encoding': 'identity' };
  assert.deepEqual(await get(`${served.url}/metrics`, { headers: identity }), { status: 200, type, body: TEXT });

  const zipped = await getRaw(`${served.url}/metrics`, { 'accept-encoding': 'gzip' });
  assert.equal(zipped.encoding, 'gzip');
  assert.equal(gunzipSync(zipped.body).toString(), TEXT);
  const refused = await getRaw(`${served.url}/metrics`, { 'accept-encoding': 'gzip;q=0' });
  assert.equal(refused.encoding, undefined);
  assert.equal(refused.body.toString(), TEXT);
});

/** What fetch would unpack. */
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

test('/metrics takes its deadline from the scraper, less a margin', async () => {
  const seen = { deadline: 0 };
  await using served = await serve({
    metrics: {
      scrape: async ({ deadline }: GatherRequest) => {
        seen.deadline = deadline;
        return answer();
      },
    },
  });
  const expected = { 10: 9.5, 1: 0.9, '1e9': 5, soon: 5, '-1': 5, 0: 5, 99999999999: 3599.5 };
  for (const [header, seconds] of Object.entries(expected)) {
    const before = performance.now();
    await get(`${served.url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': header } });
    // It counts from when the scrape came, some time between then and now.
    const [least, most] = [before, performance.now()].map((time) => time + seconds * 1000);
    const shown = `${header}: ${least} ${seen.deadline} ${most}`;
    assert.ok(least !== undefined && most !== undefined && least <= seen.deadline && seen.deadline <= most, shown);
  }
});

test('/metrics answers 503 with the reasons when no collector succeeded', async () => {
  const pass: Pass = {
    results: [
      { collector: 'a', state: 'failed', seconds: 0, errors: [new Error('Cannot read a: EIO')], families: [] },
      { collector: 'b', state: 'absent', seconds: 0, errors: [new Error('Cannot find b: ENOENT')], families: [] },
    ],
    families: [],
    failed: true,
  };
  await using served = await serve({ metrics: { scrape: async () => answer(pass) } });
  assert.deepEqual(await get(`${served.url}/metrics`), {
    status: 503,
    type: PLAIN,
    body: 'No collector succeeded\na: Cannot read a: EIO\nb: Cannot find b: ENOENT\n',
  });
});

test('/metrics answers 500 without a stack when the program itself fails', async () => {
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

test('/scrape answers 500 without a stack when the program itself fails', { timeout: 10_000 }, async () => {
  await using served = await serve({
    target: async () => {
      throw new Error('a secret detail');
    },
  });
  const answered = await get(`${served.url}/scrape?target=a`);
  assert.deepEqual(answered, { status: 500, type: PLAIN, body: 'Internal error\n' });
  assert.deepEqual(served.errors.map(String), ['Error: a secret detail']);
});

test('/metrics answers 503 beyond the limit, and again when a scrape has ended', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  let scrapes = 0;
  await using served = await serve({
    metrics: {
      maxRequests: 2,
      scrape: async () => {
        scrapes += 1;
        if (scrapes === 2) arrived.resolve();
        await gate.promise;
        return answer();
      },
    },
  });
  const answered = [get(`${served.url}/metrics`), get(`${served.url}/metrics`)];
  await arrived.promise;
  assert.deepEqual(await get(`${served.url}/metrics`), {
    status: 503,
    type: PLAIN,
    body: 'Too many scrapes at once: the limit is 2\n',
  });
  gate.resolve();
  assert.deepEqual(
    (await Promise.all(answered)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await get(`${served.url}/metrics`)).status, 200);
});

test('a client that goes away in the middle of a scrape frees its place', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using served = await serve({
    metrics: {
      maxRequests: 1,
      scrape: async () => {
        arrived.resolve();
        await gate.promise;
        return answer();
      },
    },
  });
  const abort = new AbortController();
  const gone = get(`${served.url}/metrics`, { signal: abort.signal });
  await arrived.promise;
  abort.abort();
  await assert.rejects(gone, { name: 'AbortError' });
  gate.resolve();
  while ((await get(`${served.url}/metrics`)).status !== 200);
  assert.deepEqual(served.errors, []);
});

test('the health paths answer while the process lives', async () => {
  await using served = await serve({ unready: 'Shutting down' });
  for (const path of ['/health', '/healthz', '/-/healthy']) {
    assert.deepEqual(await get(served.url + path), { status: 200, type: PLAIN, body: 'ok' });
  }
});

test('the ready paths say why the exporter is not ready', async () => {
  for (const path of ['/-/ready', '/healthz/ready']) {
    await using unready = await serve({ unready: 'The first pass has not ended' });
    assert.deepEqual(await get(unready.url + path), { status: 503, type: PLAIN, body: 'The first pass has not ended' });
    await using ready = await serve();
    assert.deepEqual(await get(ready.url + path), { status: 200, type: PLAIN, body: 'ok' });
  }
});

test('the page says what this is and links to every endpoint', async () => {
  await using served = await serve();
  const { status, type, body } = await get(`${served.url}/`);
  assert.deepEqual([status, type], [200, 'text/html; charset=utf-8']);
  assert.match(body, /otel-node-exporter/);
  assert.match(body, /1\.2\.3/);
  const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, path = '']) => path);
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

test('HEAD answers on every path, without a body', async () => {
  await using machine = await createHostTree(FILES);
  await using served = await serve(machine);
  for (const path of PATHS) {
    const { status, body } = await get(served.url + path, { method: 'HEAD' });
    assert.deepEqual([path, status, body], [path, 200, '']);
  }
});

test('a wrong method gets 405 with what is allowed, on every path', async () => {
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

test('an unknown path gets 404 in plain text', async () => {
  await using served = await serve();
  for (const path of ['/nope', '/info', '/info/secrets', '/metrics/more']) {
    assert.deepEqual(await get(served.url + path), { status: 404, type: PLAIN, body: `Cannot find ${path}\n` });
  }
});

test('a path that is no path gets an answer without a stack', async () => {
  await using served = await serve();
  const { status, type, body } = await get(`${served.url}/%ff%`);
  assert.deepEqual([type, body.includes('at ')], [PLAIN, false]);
  assert.ok(status === 400 || status === 404);
});

test('Servers.listen() says which address is taken', async () => {
  await using served = await serve();
  const port = Number(new URL(served.url).port);
  await assert.rejects(
    Servers.listen([{ host: '127.0.0.1', port }], () => undefined),
    {
      message: `Cannot listen on 127.0.0.1:${port}: the port is in use`,
    },
  );
});

test('Servers.listen() listens on several addresses, IPv6 too', async (context) => {
  const servers = await Servers.listen(
    [
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 0 },
    ],
    (_request, response) => response.end('here'),
  ).catch((error: unknown) => {
    if (String(error).includes('no such address')) return undefined;
    throw error;
  });
  if (servers === undefined) return context.skip('this machine has no IPv6');
  const answers = servers.urls.map(async (url) => (await get(url)).body);
  assert.deepEqual(await Promise.all(answers), ['here', 'here']);
  await servers.close(0);
});

test('Servers.close() lets a request end that is under way', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const servers = await Servers.listen([{ host: '127.0.0.1', port: 0 }], async (_request, response) => {
    arrived.resolve();
    await gate.promise;
    response.end('done');
  });
  const answer = get(servers.urls[0] ?? '');
  await arrived.promise;
  const closed = servers.close(60_000);
  gate.resolve();
  assert.equal((await answer).body, 'done');
  await closed;
});

test('Servers.close() cuts off a request that does not end', async () => {
  const arrived = Promise.withResolvers<void>();
  const servers = await Servers.listen([{ host: '127.0.0.1', port: 0 }], () => arrived.resolve());
  const answer = get(servers.urls[0] ?? '');
  await arrived.promise;
  await servers.close(1);
  await assert.rejects(answer, { message: 'fetch failed' });
});
