import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { getText, startProgram } from './support/program.ts';
import { startPrometheus } from './support/prometheus.ts';
import { missing } from './support/requirements.ts';

test('a real Prometheus scrapes the program and agrees with it', { skip: missing('prometheus') }, async () => {
  await using program = await startProgram();
  await using prometheus = await startPrometheus(program);
  await eventually(
    () => prometheus.query('count_over_time(node_uptime[1m])'),
    (samples) => samples >= 6,
  );

  // A scrape may take a second, and on a busy machine one takes longer.
  await eventually(
    () => prometheus.query('up'),
    (up) => up === 1,
  );

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

  // Seconds per second; a scrape that was held up counts for less the more there are.
  await eventually(
    () => prometheus.query('deriv(node_uptime[1m])'),
    (growth) => Math.abs(growth - 1) < 0.05,
  );

  // Series come and go with what they are about: a device, a kind of garbage collection.
  await eventually(
    async () => {
      const text = await getText(`${program.url}/metrics`);
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return { scraped: await prometheus.query('scrape_samples_scraped'), series: series.length };
    },
    ({ scraped, series }) => scraped === series,
  );
});

/** What promtool finds wrong with names that are node_exporter's, which dashboards need as they are. */
const INHERITED = [
  // The kernel counts entropy in bits.
  /^node_entropy_(available|pool_size)_bits /,
  // https://github.com/prometheus/node_exporter: names older than the naming conventions.
  /^node_memory_\w+ /,
  /^node_(load1|load5|load15) /,
  /^node_netstat_\w+ /,
  // https://github.com/google/cadvisor
  /^container_memory_failcnt /,
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
