import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { getText, type Program } from '../support/program.ts';
import { createTempDirectory } from '../support/temp-directory.ts';
import { EXAMPLES, startExporter, startModule } from './start-example.ts';

/** Returns the lines of `/metrics` about the families whose names start with a pattern. */
async function linesOf({ url }: Program, prefix: string): Promise<readonly string[]> {
  const page = await getText(`${url}/metrics`);
  return page.split('\n').filter((line) => new RegExp(`^(# (TYPE|HELP) )?${prefix}`).test(line));
}

function assertInReadme(example: string, lines: readonly string[]): void {
  assert.ok(
    readFileSync(join(EXAMPLES, example, 'README.md'), 'utf8').includes(`\n${lines.join('\n')}\n`),
    lines.join('\n'),
  );
}

test('minimal serves its metrics with their declared names and types', async () => {
  await using program = await startModule('minimal/minimal.ts');
  assert.deepEqual(await linesOf(program, '(foo|bar)'), [
    '# HELP foo_metric Whether a foo has occurred.',
    '# TYPE foo_metric counter',
    'foo_metric 1',
    '# HELP bar_metric Whether a bar has occurred.',
    '# TYPE bar_metric counter',
    'bar_metric 1',
  ]);
  assertInReadme('minimal', await linesOf(program, '(foo|bar)'));
  assert.deepEqual(await linesOf(program, 'node_scrape_collector_success\\{'), [
    'node_scrape_collector_success{collector="minimal"} 1',
  ]);
});

test('temperatures serves the CPUs whose zone can be read, and fails if one cannot', async () => {
  await using directory = await createTempDirectory({
    'class/thermal/thermal_zone0/type': 'cpu0-thermal\n',
    'class/thermal/thermal_zone0/temp': '45000\n',
    'class/thermal/thermal_zone1/type': 'cpu1-thermal\n',
    'class/thermal/thermal_zone1/temp': '45750\n',
    'class/thermal/thermal_zone2/type': 'cpu2-thermal\n',
    'class/thermal/thermal_zone2/temp': '46500\n',
    'class/thermal/thermal_zone3/type': 'cpu3-thermal\n',
    'class/thermal/thermal_zone3/temp': '47250\n',
    'class/thermal/thermal_zone4/type': 'gpu-thermal\n',
    'class/thermal/thermal_zone4/temp': '60000\n',
  });
  await using program = await startModule('temperatures/temperatures.ts', `--path.sysfs=${directory.path}`);
  const four = [
    '# HELP cpu_temperature_celsius Temperature of the CPU in degrees Celsius.',
    '# TYPE cpu_temperature_celsius gauge',
    'cpu_temperature_celsius{cpu="0"} 45',
    'cpu_temperature_celsius{cpu="1"} 45.75',
    'cpu_temperature_celsius{cpu="2"} 46.5',
    'cpu_temperature_celsius{cpu="3"} 47.25',
  ];
  assert.deepEqual(await linesOf(program, 'cpu_temperature'), four);
  assertInReadme('temperatures', four);

  // The file of this sensor is a directory, so reading it fails, as for a broken sensor.
  const broken = join(directory.path, 'class/thermal/thermal_zone5');
  mkdirSync(join(broken, 'temp'), { recursive: true });
  writeFileSync(join(broken, 'type'), 'cpu4-thermal\n');
  assert.deepEqual(await linesOf(program, 'cpu_temperature'), four);
  assert.deepEqual(await linesOf(program, 'node_scrape_collector_success\\{'), [
    'node_scrape_collector_success{collector="temperatures"} 0',
  ]);
  assert.match(program.output(), /thermal_zone5\/temp.*collector=temperatures/);
});

test('temperatures is absent, and not failed, on a host without CPU zones', async () => {
  await using directory = await createTempDirectory({ 'class/thermal/thermal_zone0/type': 'gpu-thermal\n' });
  await using program = await startModule('temperatures/temperatures.ts', `--path.sysfs=${directory.path}`);
  assert.deepEqual(
    await linesOf(program, '(cpu_temperature|node_(scrape_collector_success|exporter_scrape_errors_total)\\{)'),
    [
      'node_scrape_collector_success{collector="temperatures"} 0',
      'node_exporter_scrape_errors_total{collector="temperatures"} 0',
    ],
  );
});

test('http-requests counts requests by code and method, also during scrapes', async () => {
  const port = await freePort();
  await using program = await startExporter('http-requests/http-requests.ts', { env: { PORT: String(port) } });
  assert.deepEqual(await linesOf(program, 'http_requests_total\\{'), []);
  const request = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
  await Promise.all([
    request('/'),
    request('/'),
    request('/none'),
    request('/', 'POST'),
    getText(`${program.url}/metrics`),
  ]);
  assert.deepEqual((await linesOf(program, 'http_requests_total')).toSorted(), [
    '# HELP http_requests_total HTTP requests by status code and method.',
    '# TYPE http_requests_total counter',
    'http_requests_total{code="200",method="get"} 2',
    'http_requests_total{code="200",method="post"} 1',
    'http_requests_total{code="404",method="get"} 1',
  ]);
  assert.deepEqual(await linesOf(program, 'shop_up '), [
    '# HELP shop_up Whether the target responded to at least one collector in this scrape (1 = yes, 0 = no).',
    '# TYPE shop_up gauge',
    'shop_up 1',
  ]);
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});

test('histogram-summary serves buckets and quantiles within half a percent of its readings', async () => {
  await using program = await startModule('histogram-summary/histogram-summary.ts');
  assert.deepEqual(await linesOf(program, 'pond_temperature_celsius'), [
    '# HELP pond_temperature_celsius Temperature of the pond in degrees Celsius.',
    '# TYPE pond_temperature_celsius histogram',
    'pond_temperature_celsius_bucket{le="20"} 192',
    'pond_temperature_celsius_bucket{le="25"} 366',
    'pond_temperature_celsius_bucket{le="30"} 501',
    'pond_temperature_celsius_bucket{le="35"} 638',
    'pond_temperature_celsius_bucket{le="40"} 816',
    'pond_temperature_celsius_bucket{le="+Inf"} 1000',
    'pond_temperature_celsius_sum 29969.50000000001',
    'pond_temperature_celsius_count 1000',
  ]);
  const lines = await linesOf(program, 'pond_temperature_quantiles_celsius');
  assert.deepEqual(
    lines.filter((line) => !line.includes('{')),
    [
      '# HELP pond_temperature_quantiles_celsius Temperature of the pond in degrees Celsius.',
      '# TYPE pond_temperature_quantiles_celsius summary',
      'pond_temperature_quantiles_celsius_sum 29969.50000000001',
      'pond_temperature_quantiles_celsius_count 1000',
    ],
  );
  assertInReadme('histogram-summary', [...(await linesOf(program, 'pond_temperature_celsius')), ...lines]);
  const readings = Array.from({ length: 1000 }, (_, i) => 30 + Math.floor(120 * Math.sin(i * 0.1)) / 10).sort(
    (a, b) => a - b,
  );
  for (const quantile of [0.5, 0.9, 0.99]) {
    const line = lines.find((text) => text.includes(`quantile="${quantile}"`)) ?? assert.fail(String(quantile));
    const exact = readings[Math.floor(quantile * 999)] ?? Number.NaN;
    const error = Number(line.split(' ')[1]) / exact - 1;
    assert.ok(Math.abs(error) <= 0.005, `${line}, but ${exact}`);
  }
});
