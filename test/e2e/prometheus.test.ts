import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { getText, kill, type Program, run, startProgram } from './support/program.ts';
import { missing } from './support/requirements.ts';

interface Prometheus extends AsyncDisposable {
  /** The value of an expression that has one. */
  query(expression: string): Promise<number>;
}

/** A real Prometheus on the loopback that scrapes the program every second. */
async function startPrometheus(program: Program): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const config = join(directory, 'prometheus.yml');
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'node', static_configs: [{ targets: [new URL(program.url).host] }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const started = run('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  return {
    query: (expression) => query(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`),
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(directory, { recursive: true });
    },
  };
}

async function query(url: string): Promise<number> {
  const answer = JSON.parse(await getText(url)) as { data: { result: { value: [number, string] }[] } };
  const [result] = answer.data.result;
  return result === undefined ? Number.NaN : Number(result.value[1]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Asks until the answer is good; fails with the last answer when that takes a minute. */
async function eventually<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + 60_000;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    if (isGood(answer)) return answer;
    if (performance.now() > end) throw new Error(`No good answer within a minute, but ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('a real Prometheus scrapes the program and agrees with it', { skip: missing('prometheus') }, async () => {
  await using program = await startProgram();
  await using prometheus = await startPrometheus(program);
  await eventually(
    () => prometheus.query('count_over_time(node_uptime[1m])'),
    (samples) => samples >= 6,
  );

  assert.equal(await prometheus.query('up'), 1);

  // The averages move every 5 s: one of two readings around the answer is the one Prometheus has.
  const loadFromInfo = async () => JSON.parse(await getText(`${program.url}/info/load`))['5m'] as number;
  await eventually(
    async () => {
      const before = await loadFromInfo();
      const scraped = await prometheus.query('node_load{duration="5m"}');
      return scraped === before || scraped === (await loadFromInfo());
    },
    (agrees) => agrees === true,
  );

  const growth = await prometheus.query('deriv(node_uptime[1m])');
  assert.ok(Math.abs(growth - 1) < 0.05, `node_uptime grows by ${growth} s per second`);

  const text = await getText(`${program.url}/metrics`);
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const scraped = await eventually(
    () => prometheus.query('scrape_samples_scraped'),
    (samples) => samples === series.length,
  );
  assert.equal(scraped, series.length);
});

/** What promtool finds wrong with names that are node_exporter's, which dashboards need as they are. */
const INHERITED = [
  // https://github.com/prometheus/node_exporter: names older than the naming conventions.
  /^node_memory_\w+ /,
  /^node_(load1|load5|load15) /,
  /^node_entropy_\w+_bits use base unit/,
];

test('promtool finds nothing wrong with the metrics but inherited names', { skip: missing('promtool') }, async () => {
  await using program = await startProgram();
  const input = await getText(`${program.url}/metrics`);
  const problems = lint(input).filter((line) => !INHERITED.some((pattern) => pattern.test(line)));
  assert.deepEqual(problems, []);
});

function lint(input: string): string[] {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    return [];
  } catch (error) {
    // promtool ends with 3 when it finds something, which it prints on standard error.
    if (error instanceof Error && 'stderr' in error) return String(error.stderr).trim().split('\n');
    throw error;
  }
}
