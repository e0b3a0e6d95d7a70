import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { getText, startProgram } from './support/program.ts';
import { startPrometheus } from './support/prometheus.ts';
import { missing } from './support/requirements.ts';

test('a real Prometheus scrapes the program and has its values', { skip: missing('prometheus') }, async () => {
  await using program = await startProgram();
  await using prometheus = await startPrometheus(program);
  await eventually(
    () => prometheus.queryValue('count_over_time(node_uptime[1m])'),
    (samples) => samples >= 6,
  );

  // On a busy host a scrape may exceed its timeout of a second.
  await eventually(
    () => prometheus.queryValue('up'),
    (up) => up === 1,
  );

  // The kernel updates the averages every 5 s. Prometheus has the value of one of the two readings around the query.
  const loadFromInfo = async () => JSON.parse(await getText(`${program.url}/info/load`))['5m'] as number;
  await eventually(
    async () => {
      const before = await loadFromInfo();
      const scraped = await prometheus.queryValue('node_load{duration="5m"}');
      return scraped === before || scraped === (await loadFromInfo());
    },
    (isEqual) => isEqual,
  );

  // Uptime grows by a second per second. Delayed scrapes distort the derivative less when there are more samples.
  await eventually(
    () => prometheus.queryValue('deriv(node_uptime[1m])'),
    (growth) => Math.abs(growth - 1) < 0.05,
  );

  // The number of series changes, for example with devices and kinds of garbage collection.
  await eventually(
    async () => {
      const text = await getText(`${program.url}/metrics`);
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return { scraped: await prometheus.queryValue('scrape_samples_scraped'), series: series.length };
    },
    ({ scraped, series }) => scraped === series,
  );
});

/** Findings of promtool about names of node_exporter and cAdvisor, which existing dashboards use. */
const INHERITED_NAMES = [
  // The unit of entropy is the bit.
  /^node_entropy_(available|pool_size)_bits /,
  // Names of https://github.com/prometheus/node_exporter that are older than the naming conventions.
  /^node_memory_\w+ /,
  /^node_(load1|load5|load15) /,
  /^node_netstat_\w+ /,
  // https://github.com/google/cadvisor
  /^container_memory_failcnt /,
];

test('promtool finds no problems except for inherited names', { skip: missing('promtool') }, async () => {
  await using program = await startProgram();
  const input = await getText(`${program.url}/metrics`);
  const problems = lint(input).filter((line) => !INHERITED_NAMES.some((pattern) => pattern.test(line)));
  assert.deepEqual(problems, []);
});

function lint(input: string): string[] {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    return [];
  } catch (error) {
    // promtool exits with 3 if it has findings, and prints them on standard error.
    if (error instanceof Error && 'stderr' in error) return String(error.stderr).trim().split('\n');
    throw error;
  }
}
