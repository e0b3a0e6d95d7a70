import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ask } from '../../../examples/redis/resp.ts';
import { getText, type Program, run } from '../support/program.ts';
import { describeUnless, missing } from '../support/requirements.ts';
import { startRedis } from './redis-server.ts';
import { EXAMPLES, startExporter } from './start-example.ts';

/** Returns the values of the page as text, by series with labels. */
async function getPage({ url }: Pick<Program, 'url'>, path = '/metrics'): Promise<ReadonlyMap<string, string>> {
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
  test('exports the statistics of Redis under the names of redis_exporter', async () => {
    await using redis = await startRedis();
    await ask(
      urlOf(redis.port),
      [
        ['SET', 'a', '1'],
        ['SETEX', 'b', '900', '1'],
        ['SELECT', '2'],
        ['SET', 'c', 'ä'],
        // INFO takes at least a microsecond on any host, SET may not.
        ['INFO', 'ALL'],
      ],
      60_000,
    );
    await assert.rejects(ask(urlOf(redis.port), [['HGET', 'a', 'x']], 60_000), /^Error: Redis answers "WRONGTYPE .*"$/);
    await using program = await start(redis.port);
    const values = await getPage(program);
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

  test('reports redis_up 0 while Redis is stopped, and stays healthy and ready', async () => {
    await using redis = await startRedis();
    await using program = await start(redis.port);
    const series = ['redis_up', 'redis_exporter_last_scrape_error', 'redis_max_clients'];
    assert.deepEqual(Object.values(pick(await getPage(program), ...series)), ['1', '0', '10000']);
    await redis[Symbol.asyncDispose]();
    assert.deepEqual(Object.values(pick(await getPage(program), ...series)), ['0', '1', undefined]);
    for (const path of ['/health', '/-/ready']) assert.equal(await getText(program.url + path), 'ok');
    assert.match(
      program.output(),
      new RegExp(`level=error msg=".*ECONNREFUSED 127.0.0.1:${redis.port}" collector=info`),
    );
    await using _ = await startRedis({ port: redis.port });
    assert.deepEqual(Object.values(pick(await getPage(program), ...series)), ['1', '0', '10000']);
  });

  test('authenticates, and reports redis_up 0 without the password', async () => {
    await using redis = await startRedis({ flags: ['--requirepass', 'open sesame'] });
    await using unauthenticated = await start(redis.port);
    assert.equal((await getPage(unauthenticated)).get('redis_up'), '0');
    assert.match(unauthenticated.output(), /Redis answers \\"NOAUTH Authentication required\.\\"/);
    await using authenticated = await startExporter('redis/redis.ts', {
      flags: [`--redis.addr=127.0.0.1:${redis.port}`, '--redis.user=default'],
      env: { EXPORTER_REDIS_PASSWORD: 'open sesame' },
    });
    assert.equal((await getPage(authenticated)).get('redis_up'), '1');
    assert.doesNotMatch(unauthenticated.output() + authenticated.output(), /sesame/);
  });

  test('serves /scrape for a configured second Redis with its own up', async () => {
    await using first = await startRedis();
    await using other = await startRedis();
    await using program = await start(first.port, `--scrape.target=redis://127.0.0.1:${other.port}`);
    const path = `/scrape?target=redis://127.0.0.1:${other.port}`;
    const instance = [...(await getPage(program, path)).keys()].find((series) =>
      series.startsWith('redis_instance_info{'),
    );
    assert.match(instance ?? '', new RegExp(`tcp_port="${other.port}"`));
    await other[Symbol.asyncDispose]();
    assert.equal((await getPage(program, path)).get('redis_up'), '0');
    assert.equal((await getPage(program)).get('redis_up'), '1');
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

/** Starts a server that sends the pieces one by one, and closes the connection after an empty last piece. */
async function startFakeRedis(pieces: readonly string[]): Promise<AsyncDisposable & { readonly port: number }> {
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

function testAsk(
  title: string,
  pieces: readonly string[],
  { expected, timeoutMs = 60_000 }: { readonly expected: readonly string[] | RegExp; readonly timeoutMs?: number },
): void {
  test(`ask() of the example redis ${title}`, async () => {
    await using server = await startFakeRedis(pieces);
    const replies = ask(urlOf(server.port), [['PING'], ['INFO']], timeoutMs);
    if (expected instanceof RegExp) await assert.rejects(replies, expected);
    else assert.deepEqual(await replies, expected);
  });
}

testAsk('reads replies in arbitrary pieces', ['+PO', 'NG\r', '\n$5\r\nä', '\r\n', 'x\r', '\n'], {
  expected: ['PONG', 'ä\r\nx'],
});
testAsk('reads empty texts', ['+\r\n$0\r\n\r\n'], { expected: ['', ''] });
testAsk('rejects an error reply', ['+PONG\r\n-ERR busy\r\n'], { expected: /^Error: Redis answers "ERR busy"$/ });
testAsk('rejects the reply of another protocol', ['HTTP/1.1 400 Bad Request\r\n\r\n'], {
  expected: /^Error: Redis answers "HTTP\/1\.1 400 Bad Request"$/,
});
testAsk('rejects an incomplete reply', ['+PONG\r\n$9\r\nab', ''], {
  expected: /^Error: Cannot read the answer: Redis closed the connection$/,
});
testAsk('rejects after the timeout', ['+PONG\r\n'], { expected: /^Error: No answer within 300 ms$/, timeoutMs: 300 });
