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

  // Wait for a successful scrape: on a busy host a scrape may exceed its timeout of a second.
  await eventually(
    () => prometheus.queryValue('up'),
    (up) => up === 1,
  );

  // The kernel updates the load averages every 5 s. Prometheus must have the value from before the query or the value from
  // after it.
  const loadFromInfo = async () => JSON.parse(await getText(`${program.url}/info/load`))['5m'] as number;
  await eventually(
    async () => {
      const before = await loadFromInfo();
      const scraped = await prometheus.queryValue('node_load{duration="5m"}');
      return scraped === before || scraped === (await loadFromInfo());
    },
    (isEqual) => isEqual,
  );

  // The uptime grows by 1 per second. Repeat the query until there are many samples: a delayed scrape then changes the
  // slope less.
  await eventually(
    () => prometheus.queryValue('deriv(node_uptime[1m])'),
    (growth) => Math.abs(growth - 1) < 0.05,
  );

  // Repeat a failed comparison: the number of series changes when a device appears or a new kind of garbage collection
  // runs.
  await eventually(
    async () => {
      const text = await getText(`${program.url}/metrics`);
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return { scraped: await prometheus.queryValue('scrape_samples_scraped'), series: series.length };
    },
    ({ scraped, series }) => scraped === series,
  );
});

/**
 * Problems that promtool reports for names of node_exporter and cAdvisor. The names stay, because existing dashboards use
 * them.
 */
const INHERITED_NAMES = [
  // promtool expects a base unit, but the unit of entropy is the bit.
  /^node_entropy_(available|pool_size)_bits /,
  // These names of https://github.com/prometheus/node_exporter are older than the naming conventions of Prometheus.
  /^node_memory_\w+ /,
  /^node_(load1|load5|load15) /,
  /^node_netstat_\w+ /,
  // This name is from https://github.com/google/cadvisor
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
    // If promtool finds problems, it exits with 3 and prints them on standard error.
    if (error instanceof Error && 'stderr' in error) return String(error.stderr).trim().split('\n');
    throw error;
  }
}
