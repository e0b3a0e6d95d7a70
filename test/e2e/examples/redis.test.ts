import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { sendCommands } from '../../../examples/redis/resp.ts';
import { getText, type Program, run } from '../support/program.ts';
import { describeUnless, missing } from '../support/requirements.ts';
import { startRedis } from './redis-server.ts';
import { EXAMPLES, startExporter } from './start-example.ts';

/** Returns the value of each series in the text of `/metrics`. A key is a series such as `redis_db_keys{db="db0"}`. */
async function page({ url }: Pick<Program, 'url'>, path = '/metrics'): Promise<ReadonlyMap<string, string>> {
  const lines = (await getText(url + path)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
}

function start(port: number, ...flags: readonly string[]): Promise<Program> {
  return startExporter('redis/redis.ts', { flags: [`--redis.addr=redis://127.0.0.1:${port}`, ...flags] });
}

function pick(values: ReadonlyMap<string, string>, ...series: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(series.map((name) => [name, values.get(name)]));
}

function urlOf(port: number): URL {
  return new URL(`redis://127.0.0.1:${port}`);
}

describeUnless(missing('redis-server'), 'the example redis', () => {
  test('serves the metrics of Redis under the names of redis_exporter', async () => {
    await using redis = await startRedis();
    await sendCommands(
      urlOf(redis.port),
      [
        ['SET', 'a', '1'],
        ['SETEX', 'b', '900', '1'],
        ['SELECT', '2'],
        ['SET', 'c', 'ä'],
        // INFO takes at least a microsecond on any host. SET may take less, and Redis counts whole microseconds.
        ['INFO', 'ALL'],
      ],
      60_000,
    );
    await assert.rejects(
      sendCommands(urlOf(redis.port), [['HGET', 'a', 'x']], 60_000),
      /^Error: Unexpected reply of Redis: "WRONGTYPE .*"$/,
    );
    await using program = await start(redis.port);
    const values = await page(program);
    const expected = {
      'redis_db_keys{db="db0"}': '2',
      'redis_db_keys{db="db2"}': '1',
      'redis_db_keys_expiring{db="db0"}': '1',
      'redis_db_keys_expiring{db="db2"}': '0',
      'redis_commands_total{cmd="set"}': '2',
      'redis_commands_total{cmd="setex"}': '1',
      'redis_commands_failed_calls_total{cmd="hget"}': '1',
      'redis_errors_total{err="WRONGTYPE"}': '1',
      redis_max_clients: '10000',
      redis_memory_max_bytes: '0',
      redis_rdb_changes_since_last_save: '3',
      redis_rdb_last_bgsave_status: '1',
      redis_rejected_connections_total: '0',
      redis_up: '1',
      redis_exporter_last_scrape_error: '0',
    };
    assert.deepEqual(pick(values, ...Object.keys(expected)), expected);
    assert.ok(Number(values.get('redis_memory_used_bytes')) > 100_000);
    assert.ok(Number(values.get('redis_db_avg_ttl_seconds{db="db0"}')) <= 900);
    assert.ok(Number(values.get('redis_commands_duration_seconds_total{cmd="info"}')) > 0);
    assert.ok(Number(values.get('redis_start_time_seconds')) > 1.7e9);
    const instance = [...values.keys()].find((series) => series.startsWith('redis_instance_info{')) ?? '';
    assert.match(instance, new RegExp(`role="master",redis_version="[\\d.]+",.*tcp_port="${redis.port}"`));
  });

  test('reports redis_up 0 while Redis is down, and stays alive and ready', async () => {
    await using redis = await startRedis();
    await using program = await start(redis.port);
    const series = ['redis_up', 'redis_exporter_last_scrape_error', 'redis_max_clients'];
    assert.deepEqual(Object.values(pick(await page(program), ...series)), ['1', '0', '10000']);
    await redis[Symbol.asyncDispose]();
    assert.deepEqual(Object.values(pick(await page(program), ...series)), ['0', '1', undefined]);
    for (const path of ['/health', '/-/ready']) assert.equal(await getText(program.url + path), 'ok');
    assert.match(
      program.output(),
      new RegExp(`level=error msg=".*ECONNREFUSED 127.0.0.1:${redis.port}" collector=info`),
    );
    await using _ = await startRedis({ port: redis.port });
    assert.deepEqual(Object.values(pick(await page(program), ...series)), ['1', '0', '10000']);
  });

  test('logs in, and logs no password', async () => {
    await using redis = await startRedis({ flags: ['--requirepass', 'open sesame'] });
    await using rejected = await start(redis.port);
    assert.equal((await page(rejected)).get('redis_up'), '0');
    assert.match(rejected.output(), /Unexpected reply of Redis: \\"NOAUTH Authentication required\.\\"/);
    await using admitted = await startExporter('redis/redis.ts', {
      flags: [`--redis.addr=127.0.0.1:${redis.port}`, '--redis.user=default'],
      env: { EXPORTER_REDIS_PASSWORD: 'open sesame' },
    });
    assert.equal((await page(admitted)).get('redis_up'), '1');
    assert.doesNotMatch(rejected.output() + admitted.output(), /sesame/);
  });

  test('serves an allowed target with its own up metric', async () => {
    await using one = await startRedis();
    await using other = await startRedis();
    await using program = await start(one.port, `--scrape.target=redis://127.0.0.1:${other.port}`);
    const path = `/scrape?target=redis://127.0.0.1:${other.port}`;
    const instance = [...(await page(program, path)).keys()].find((series) =>
      series.startsWith('redis_instance_info{'),
    );
    assert.match(instance ?? '', new RegExp(`tcp_port="${other.port}"`));
    await other[Symbol.asyncDispose]();
    assert.equal((await page(program, path)).get('redis_up'), '0');
    assert.equal((await page(program)).get('redis_up'), '1');
  });
});

test('the example redis accepts the flags of its manifest', async () => {
  const { spec } = parse(readFileSync(join(EXAMPLES, 'redis/kustomize/deployment.yaml'), 'utf8'));
  const { ended, output } = run(process.execPath, [
    join(EXAMPLES, 'redis/redis.ts'),
    ...spec.template.spec.containers[0].args,
    '--config.check',
  ]);
  assert.deepEqual([await ended, output()], [{ code: 0, signal: null }, 'The configuration is good\n']);
});

/** Starts a server that replaces Redis and sends a response in pieces. */
async function startImpostor(pieces: readonly string[]): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(async (socket) => {
    socket.setNoDelay().on('error', () => undefined);
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (pieces.at(-1) === '') socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

function row(title: string, pieces: readonly string[], expected: readonly string[] | RegExp, timeoutMs = 60_000): void {
  test(`sendCommands() ${title}`, async () => {
    await using impostor = await startImpostor(pieces);
    const replies = sendCommands(urlOf(impostor.port), [['PING'], ['INFO']], timeoutMs);
    if (expected instanceof RegExp) await assert.rejects(replies, expected);
    else assert.deepEqual(await replies, expected);
  });
}

row('joins replies that arrive in pieces', ['+PO', 'NG\r', '\n$5\r\nä', '\r\n', 'x\r', '\n'], ['PONG', 'ä\r\nx']);
row('accepts an empty string', ['+\r\n$0\r\n\r\n'], ['', '']);
row('rejects an error reply', ['+PONG\r\n-ERR busy\r\n'], /^Error: Unexpected reply of Redis: "ERR busy"$/);
row(
  'rejects a reply of another protocol',
  ['HTTP/1.1 400 Bad Request\r\n\r\n'],
  /^Error: Unexpected reply of Redis: "HTTP\/1\.1 400 Bad Request"$/,
);
row(
  'fails if the connection closes too early',
  ['+PONG\r\n$9\r\nab', ''],
  /^Error: Cannot read the reply of Redis: connection closed$/,
);
row('fails after the timeout', ['+PONG\r\n'], /^Error: No reply from Redis within 300 ms$/, 300);
