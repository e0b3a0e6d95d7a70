import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { createHostTree } from '../support/host-tree.ts';
import {
  getText,
  kill,
  PROGRAM,
  type RunningProcess,
  run,
  runToEnd,
  startProgram,
  waitForOutput,
} from './support/program.ts';

/** Returns the log lines with warnings, without their timestamps. */
function warningLinesOf({ output }: Pick<RunningProcess, 'output'>): readonly string[] {
  return output()
    .split('\n')
    .filter((line) => line.includes(' level=warn '))
    .map((line) => line.replace(/^ts=\S+ level=warn /, ''));
}

const IGNORED = ['--collector.disable-defaults', '--collector.loadavg', '--collector.wifi', '--runtime.gomaxprocs=2'];
const WARNINGS = [
  'msg="Ignoring flag --runtime.gomaxprocs: this program has no Go runtime, and collectors run on one thread"',
  'msg="Ignoring flag --collector.wifi: the collector wifi is not supported: it needs netlink sockets"',
  'msg="Ignoring variable EXPORTER_LOG_LEVL; did you mean EXPORTER_LOG_LEVEL?"',
];

test('--config.check prints the warnings of a start and exits with 0', async () => {
  const env = { ...process.env, EXPORTER_LOG_LEVL: 'info' };
  await using program = await startProgram(IGNORED, env);
  assert.match(await getText(`${program.url}/metrics?exclude[]=wifi`), /^node_load1 /m);
  assert.deepEqual(warningLinesOf(program), WARNINGS);
  const { code, output } = await runToEnd([...IGNORED, '--config.check'], env);
  assert.equal(code, 0);
  assert.deepEqual(warningLinesOf({ output: () => output }), WARNINGS);
  assert.match(output, /^The configuration is good$/m);
});

test('a start and --config.check print all mistakes, one line for each, and exit with code 2', async () => {
  const mistakes = [
    ...['--collector.module=/nowhere/queue.ts', '--collector.queue.size=5', '--colector.stat', '--log.format=xml'],
    ...['--web.telemetry-path=/health', '--collector.wifi', '--collector.unsupported=refuse'],
    ...['--collector.arp.device-include=a', '--collector.arp.device-exclude=b'],
    ...['--collector.netdev.device-include=a', '--collector.netdev.device-exclude=b'],
  ];
  const lines = [
    "Cannot load module /nowhere/queue.ts: Cannot find module '/nowhere/queue.ts' imported from …",
    'Unknown flag --colector.stat; did you mean --collector.stat?',
    'Invalid value "xml" for flag --log.format: expected one of logfmt, json',
    'Invalid value "true" for flag --collector.wifi: the collector wifi is not supported: it needs netlink sockets',
    'Invalid value "/health" for flag --web.telemetry-path: the path is used by another route',
    'Cannot use --collector.arp.device-include and --collector.arp.device-exclude together',
    'Cannot use --collector.netdev.device-include and --collector.netdev.device-exclude together',
  ];
  for (const flags of [mistakes, [...mistakes, '--config.check']]) {
    const { code, output } = await runToEnd(flags);
    const printed = output.replace(/imported from .*/, 'imported from …');
    assert.deepEqual([code, printed], [2, lines.map((line) => `otel-node-exporter: ${line}\n`).join('')]);
  }
});

test('--config.check reports certificates that the push cannot use', async () => {
  const flags = ['--otlp.endpoint=https://collector:4318', '--otlp.certificate=/nowhere/ca.pem', '--config.check'];
  const message = 'otel-node-exporter: Cannot read /nowhere/ca.pem: ENOENT\n';
  const alone = await runToEnd(flags);
  assert.deepEqual([alone.code, alone.output], [1, message]);
  const withOthers = await runToEnd([...flags, '--log.format=xml']);
  const invalid = 'otel-node-exporter: Invalid value "xml" for flag --log.format: expected one of logfmt, json\n';
  assert.deepEqual([withOthers.code, withOthers.output], [2, `${invalid}${message}`]);
});

test('an absent collector logs one warning if a flag enables it, and none otherwise', async () => {
  await using tree = await createHostTree({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  const { root } = tree;
  await using program = await startProgram([
    ...[`--path.procfs=${root}/proc`, `--path.sysfs=${root}/sys`, `--path.rootfs=${root}`],
    ...['--collector.disable-defaults', '--collector.loadavg', '--collector.interrupts', '--collector.ksmd'],
  ]);
  for (let scrape = 0; scrape < 3; scrape += 1) {
    const metrics = await getText(`${program.url}/metrics`);
    assert.match(metrics, /^node_scrape_collector_success\{collector="interrupts"\} 0$/m);
  }
  assert.deepEqual(warningLinesOf(program).toSorted(), [
    `msg="Collector interrupts is absent on this host: Cannot find ${root}/proc/interrupts: ENOENT" collector=interrupts`,
    `msg="Collector ksmd is absent on this host: Cannot find ${root}/sys/kernel/mm/ksm: ENOENT" collector=ksmd`,
  ]);
  await using defaults = await startProgram([
    ...[`--path.procfs=${root}/proc`, `--path.sysfs=${root}/sys`, `--path.rootfs=${root}`],
  ]);
  await getText(`${defaults.url}/metrics`);
  assert.deepEqual(warningLinesOf(defaults), []);
});

/** Forms of listen addresses, and the hosts on which the program then answers. */
const LISTEN_FLAGS: readonly (readonly [flag: string, hosts: readonly string[]])[] = [
  ['--web.listen-address=:0', ['127.0.0.1', '[::1]']],
  ['--web.listen-address=[::]:0', ['127.0.0.1', '[::1]']],
  ['--web.listen-port=0', ['127.0.0.1', '[::1]']],
  ['--web.listen-address=0.0.0.0:0', ['127.0.0.1']],
  ['--web.listen-address=127.0.0.1:0', ['127.0.0.1']],
  ['--web.listen-address=[::1]:0', ['[::1]']],
];

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family }) => family === 'IPv6'),
);

for (const [flag, expected] of LISTEN_FLAGS) {
  test(`with ${flag}, the program answers on ${expected.join(' and ')}`, {
    skip: hasIpv6 ? false : 'no IPv6',
  }, async () => {
    const program = run(process.execPath, [PROGRAM, '--collector.disable-defaults', flag]);
    try {
      const { port } = new URL(await waitForOutput(program, /http:\/\/\S+?:\d+(?=")/));
      const isAnswered = async (host: string): Promise<boolean> =>
        fetch(`http://${host}:${port}/health`).then(
          ({ status }) => status === 200,
          () => false,
        );
      const hosts = ['127.0.0.1', '[::1]'];
      const answers = await Promise.all(hosts.map(isAnswered));
      assert.deepEqual(
        hosts.filter((_host, index) => answers[index]),
        expected,
      );
    } finally {
      await kill(program);
    }
  });
}
