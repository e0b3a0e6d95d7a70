import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createHostTree } from '../support/host-tree.ts';
import { eventually } from './support/eventually.ts';
import { getText, PROGRAM, run, runToEnd, startProgram, waitForOutput, warningsOf } from './support/program.ts';

test('the program logs one line with its routes and its address', async () => {
  await using program = await startProgram();
  await getText(`${program.url}/metrics`);
  // Use only lines of level info, because collectors that cannot read this host log warnings.
  const lines = program
    .output()
    .split('\n')
    .filter((line) => / level=info /.test(line));
  assert.equal(lines.length, 1, program.output());
  assert.match(lines[0] ?? '', /^ts=\S+ level=info msg="Serving \/metrics and \/info on http:\/\/127\.0\.0\.1:\d+"$/);
});

test('the program reads this host', async () => {
  await using program = await startProgram();
  // This scrape waits for the pass at startup. Without it, the next scrape could return the result of that pass, which is
  // older than `uptime`.
  await getText(`${program.url}/metrics`);
  const uptime = Number(await getText(`${program.url}/info/uptime`));
  const metrics = await getText(`${program.url}/metrics`);
  const later = Number(/^node_uptime\{[^}]*\} (\S+)$/m.exec(metrics)?.[1]);
  assert.ok(uptime > 0 && Math.abs(later - uptime) < 60, `Uptime ${uptime}, then ${later}`);
  assert.equal(await getText(`${program.url}/-/ready`), 'ok');
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`the program exits with 0 after ${signal}`, async () => {
    await using program = await startProgram();
    await getText(`${program.url}/metrics`);
    program.child.kill(signal);
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.match(program.output(), new RegExp(`msg=Stopping signal=${signal}\n$`));
  });
}

test('a client that reads no responses delays neither other clients nor the shutdown', async () => {
  await using program = await startProgram();
  const client = connect(Number(new URL(program.url).port), '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'connect');
  client.pause();
  for (let index = 0; index < 200; index += 1) client.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
  client.destroy();
});

test('a client that disconnects during a scrape causes no warning', async () => {
  await using program = await startProgram();
  for (let index = 0; index < 20; index += 1) {
    const client = connect(Number(new URL(program.url).port), '127.0.0.1');
    await once(client, 'connect');
    client.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    client.destroy();
  }
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  assert.deepEqual(warningsOf(program), []);
});

test('a port in use ends the program with one line and exit code 1', async () => {
  await using program = await startProgram();
  const { host } = new URL(program.url);
  const second = await runToEnd([`--web.listen-address=${host}`]);
  assert.deepEqual(second, {
    code: 1,
    signal: null,
    output: `otel-node-exporter: Cannot listen on ${host}: the port is in use\n`,
  });
});

test('an unsupported version of Node.js ends the program with one line and exit code 1', async () => {
  for (const version of ['22.15.0', '26.9.1']) {
    const mockVersion = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const { ended, output } = run(process.execPath, ['--import', `data:text/javascript,${mockVersion}`, PROGRAM]);
    assert.deepEqual(await ended, { code: 1, signal: null });
    assert.equal(output(), `otel-node-exporter needs Node.js 26.10 or newer; this is Node.js ${version}\n`);
  }
});

test('a missing procfs ends the program with one line and exit code 1', async () => {
  assert.deepEqual(await runToEnd(['--path.procfs=/nowhere/proc']), {
    code: 1,
    signal: null,
    output: 'otel-node-exporter: Cannot find /nowhere/proc: ENOENT\n',
  });
});

test('a telemetry path of another route ends the program with one line and exit code 2', async () => {
  for (const path of ['/health', '/Info/Load/', '/scrape', '/favicon.ico']) {
    assert.deepEqual(await runToEnd([`--web.telemetry-path=${path}`, '--config.check']), {
      code: 2,
      signal: null,
      output: `otel-node-exporter: Invalid value "${path}" for flag --web.telemetry-path: the path is used by another route\n`,
    });
  }
});

test('an unknown flag ends the program with one line and exit code 2', async () => {
  assert.deepEqual(await runToEnd(['--web.listen-adress=:1', '--log.level=debug']), {
    code: 2,
    signal: null,
    output: 'otel-node-exporter: Unknown flag --web.listen-adress; did you mean --web.listen-address?\n',
  });
});

test('--version, --help, --config.check and --config.print print a text and exit with 0', async () => {
  const version = await runToEnd(['--version']);
  assert.equal(version.code, 0);
  assert.match(
    version.output,
    /^otel-node-exporter, version \d+\.\d+\.\d+ \(branch: , revision: ([0-9a-f]{40})?\)\n {2}platform: +linux\/\w+\n {2}node: +v26\.\d+\.\d+\n$/,
  );
  const help = await runToEnd(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.output, /^Usage: otel-node-exporter \[flags\]\n/);
  assert.deepEqual(await runToEnd(['--config.check']), {
    code: 0,
    signal: null,
    output: 'The configuration is good\n',
  });
  const print = await runToEnd(['--config.print', '--log.level=warn']);
  assert.equal(print.code, 0);
  assert.match(print.output, /^log\.level: warn$/m);
});

test('a collector that fails repeatedly is logged once, and the other collectors stay on the page', async () => {
  await using tree = await createHostTree({ 'proc/loadavg': 'broken\n', 'proc/uptime': '9246.58 17734.06\n' });
  await using program = await startProgram([
    `--path.procfs=${tree.root}/proc`,
    `--path.sysfs=${tree.root}/sys`,
    '--collector.disable-defaults',
    '--collector.loadavg',
    '--collector.uptime',
    '--hostname=recorded',
    '--log.format=json',
  ]);
  for (let index = 0; index < 3; index += 1) {
    const metrics = await getText(`${program.url}/metrics`);
    assert.match(metrics, /^node_scrape_collector_success\{collector="loadavg"\} 0$/m);
    assert.match(metrics, /^node_uptime\{hostname="recorded"\} 9246\.58$/m);
    assert.doesNotMatch(metrics, /^node_load/m);
  }
  const errors = program
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    errors.map(({ collector, msg }) => [collector, msg]),
    [['loadavg', `Cannot parse ${tree.root}/proc/loadavg: expected three numbers in "broken\\n"`]],
  );
});

test('the program is not ready and responds to scrapes with 503 until a collector has succeeded', async () => {
  await using tree = await createHostTree({ 'proc/loadavg': 'broken\n' });
  await using program = await startProgram([
    `--path.procfs=${tree.root}/proc`,
    '--collector.disable-defaults',
    '--collector.loadavg',
  ]);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'No collector has succeeded']);
  assert.equal((await fetch(`${program.url}/metrics`)).status, 503);

  await tree.write({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  await tree.write({ 'proc/sys/kernel/hostname': 'recorded\n' });
  assert.equal((await fetch(`${program.url}/metrics`)).status, 200);
  assert.equal(await getText(`${program.url}/-/ready`), 'ok');
});

test('the program becomes ready without a scrape when a collector succeeds after a failure', async () => {
  await using tree = await createHostTree({ 'proc/loadavg': 'broken\n' });
  await using program = await startProgram([
    `--path.procfs=${tree.root}/proc`,
    '--collector.disable-defaults',
    '--collector.loadavg',
  ]);
  await tree.write({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  // Each probe starts a run of the collectors until one has succeeded.
  await eventually(
    () => getText(`${program.url}/-/ready`),
    (text) => text === 'ok',
  );
});

test('--web.disable-exporter-metrics removes the metrics of the process', async () => {
  await using program = await startProgram(['--web.disable-exporter-metrics']);
  const metrics = await getText(`${program.url}/metrics`);
  assert.doesNotMatch(metrics, /^(process_|nodejs_)/m);
  assert.match(metrics, /^node_exporter_build_info\{/m);
});

test('the instance id stays the same after a restart, and target_info does not contain the command line', async () => {
  const ids = [];
  for (let run = 0; run < 2; run += 1) {
    const args = ['--web.listen-address=127.0.0.1:0', '--metrics.namespace=sesame'];
    await using program = await startProgram(args, { ...process.env, OTEL_SERVICE_NAME: 'agents' });
    const target = /^target_info\{.*$/m.exec(await getText(`${program.url}/metrics`))?.[0] ?? '';
    assert.match(target, /service_name="agents"/);
    assert.doesNotMatch(target, /process_|sesame/);
    ids.push(/service_instance_id="([^"]+)"/.exec(target)?.[1]);
  }
  assert.match(ids[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(ids[0], ids[1]);
});

test('the program serves metrics and is not ready during --web.shutdown-delay', async () => {
  await using program = await startProgram([
    // The delay keeps the program running during the requests below.
    '--web.shutdown-delay=5s',
    '--collector.disable-defaults',
    '--collector.loadavg',
  ]);
  program.child.kill('SIGTERM');
  await waitForOutput(program, /msg=Stopping/);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'Shutting down']);
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});
