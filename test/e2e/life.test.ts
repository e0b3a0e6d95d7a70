import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createMachine } from '../support/machine.ts';
import { complaintsOf, getText, PROGRAM, run, runToEnd, startProgram, waitFor } from './support/program.ts';

test('the program says in one line what it serves and where', async () => {
  await using program = await startProgram();
  await getText(`${program.url}/metrics`);
  // What this machine does not let be read it says in others.
  const lines = program
    .output()
    .split('\n')
    .filter((line) => / level=info /.test(line));
  assert.equal(lines.length, 1, program.output());
  assert.match(lines[0] ?? '', /^ts=\S+ level=info msg="Serving \/metrics and \/info on http:\/\/127\.0\.0\.1:\d+"$/);
});

test('the program reads the real machine', async () => {
  await using program = await startProgram();
  // A scrape that comes during the first pass shares it, and what that has read is older than what is asked below.
  await getText(`${program.url}/metrics`);
  const uptime = Number(await getText(`${program.url}/info/uptime`));
  const metrics = await getText(`${program.url}/metrics`);
  const later = Number(/^node_uptime\{[^}]*\} (\S+)$/m.exec(metrics)?.[1]);
  // The scrape may share the first pass, which began a moment before.
  assert.ok(uptime > 0 && Math.abs(later - uptime) < 60, `${uptime}, then ${later}`);
  assert.equal(await getText(`${program.url}/-/ready`), 'ok');
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`the program ends with exit code 0 after ${signal}`, async () => {
    await using program = await startProgram();
    await getText(`${program.url}/metrics`);
    program.child.kill(signal);
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.match(program.output(), new RegExp(`msg=Stopping signal=${signal}\n$`));
  });
}

test('a client that reads nothing holds up neither others nor the end', async () => {
  await using program = await startProgram();
  const silent = connect(Number(new URL(program.url).port), '127.0.0.1');
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  silent.pause();
  for (let index = 0; index < 200; index += 1) silent.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, { code: 0, signal: null });
  silent.destroy();
});

test('a client that goes away in the middle of a scrape does no harm', async () => {
  await using program = await startProgram();
  for (let index = 0; index < 20; index += 1) {
    const client = connect(Number(new URL(program.url).port), '127.0.0.1');
    await once(client, 'connect');
    client.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    client.destroy();
  }
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  assert.deepEqual(complaintsOf(program), []);
});

test('a taken port ends the program in one line with exit code 1', async () => {
  await using program = await startProgram();
  const { host } = new URL(program.url);
  const second = await runToEnd([`--web.listen-address=${host}`]);
  assert.deepEqual(second, {
    code: 1,
    signal: null,
    output: `otel-node-exporter: Cannot listen on ${host}: the port is in use\n`,
  });
});

test('a Node.js that is too old ends the program in one line with exit code 1', async () => {
  for (const version of ['22.15.0', '26.9.1']) {
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const { ended, output } = run(process.execPath, ['--import', `data:text/javascript,${old}`, PROGRAM]);
    assert.deepEqual(await ended, { code: 1, signal: null });
    assert.equal(output(), `otel-node-exporter needs Node.js 26.10 or newer; this is Node.js ${version}\n`);
  }
});

test('a missing procfs ends the program in one line with exit code 1', async () => {
  assert.deepEqual(await runToEnd(['--path.procfs=/nowhere/proc']), {
    code: 1,
    signal: null,
    output: 'otel-node-exporter: Cannot find /nowhere/proc: ENOENT\n',
  });
});

test('metrics where something else answers end the program in one line with exit code 2', async () => {
  for (const path of ['/health', '/Info/Load/', '/scrape', '/favicon.ico']) {
    assert.deepEqual(await runToEnd([`--web.telemetry-path=${path}`, '--config.check']), {
      code: 2,
      signal: null,
      output: `otel-node-exporter: Invalid value "${path}" for flag --web.telemetry-path: the path is used by another route\n`,
    });
  }
});

test('an unknown flag ends the program in one line with exit code 2', async () => {
  assert.deepEqual(await runToEnd(['--web.listen-adress=:1', '--log.level=debug']), {
    code: 2,
    signal: null,
    output: 'otel-node-exporter: Unknown flag --web.listen-adress; did you mean --web.listen-address?\n',
  });
});

test('--version, --help, --config.check and --config.print end the program with exit code 0', async () => {
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

test('a collector that fails is logged once, and the scrape goes on', async () => {
  await using machine = await createMachine({ 'proc/loadavg': 'broken\n', 'proc/uptime': '9246.58 17734.06\n' });
  await using program = await startProgram([
    `--path.procfs=${machine.root}/proc`,
    `--path.sysfs=${machine.root}/sys`,
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
    [['loadavg', `Cannot parse ${machine.root}/proc/loadavg: expected three numbers in "broken\\n"`]],
  );
});

test('the program is not ready while no collector has succeeded, and answers scrapes with 503', async () => {
  await using machine = await createMachine({ 'proc/loadavg': 'broken\n' });
  await using program = await startProgram([
    `--path.procfs=${machine.root}/proc`,
    '--collector.disable-defaults',
    '--collector.loadavg',
  ]);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'No collector has succeeded']);
  assert.equal((await fetch(`${program.url}/metrics`)).status, 503);

  await machine.write({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  await machine.write({ 'proc/sys/kernel/hostname': 'recorded\n' });
  assert.equal((await fetch(`${program.url}/metrics`)).status, 200);
  assert.equal(await getText(`${program.url}/-/ready`), 'ok');
});

test('--web.disable-exporter-metrics leaves out what is about the process', async () => {
  await using program = await startProgram(['--web.disable-exporter-metrics']);
  const metrics = await getText(`${program.url}/metrics`);
  assert.doesNotMatch(metrics, /^(process_|nodejs_)/m);
  assert.match(metrics, /^node_exporter_build_info\{/m);
});

test('the instance keeps its id when it starts again, and nothing tells its command line', async () => {
  const ids = [];
  for (let start = 0; start < 2; start += 1) {
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

test('the program answers during --web.shutdown-delay and is not ready', async () => {
  await using program = await startProgram([
    // What is asked below has to come in that time.
    '--web.shutdown-delay=5s',
    '--collector.disable-defaults',
    '--collector.loadavg',
  ]);
  program.child.kill('SIGTERM');
  await waitFor(program, /msg=Stopping/);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'Shutting down']);
  assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});
