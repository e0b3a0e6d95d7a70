import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertMatchesKernel, readCounts } from './support/cgroups.ts';
import { BUSYBOX } from './support/docker/busybox.ts';
import { eventually, waitUntil } from './support/eventually.ts';
import { parseBytes } from './support/parse-bytes.ts';
import { missingPodman, type Podman, startPodman } from './support/podman.ts';
import { startProgram } from './support/program.ts';
import { describeUnless } from './support/requirements.ts';
import { containerValues, type Series, scrape } from './support/series.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers'];

/** Shell script that starts a server and downloads a file from it in a loop, to cause traffic on the loopback interface. */
const GENERATE_TRAFFIC =
  'dd if=/dev/zero of=/www/f bs=1M count=1 2>/dev/null; httpd -p 80 -h /www; while :; do wget -q -O /tmp/f http://127.0.0.1/f; done';

describeUnless(missingPodman(), 'the containers collector beside a real Podman', () => {
  const parts: { podman?: Podman } = {};
  before(async () => {
    parts.podman = await startPodman();
    const start = (name: string, options: readonly string[], script: string): string =>
      podman('run', '--detach', `--name=${name}`, ...options, BUSYBOX, 'sh', '-c', script);
    start(
      'traffic',
      ['--network=none', '--cpus=0.25', '--memory=64m', '--label=team=a', '--env=SECRET=x'],
      GENERATE_TRAFFIC,
    );
    start(
      'hold',
      ['--network=none', '--memory=128m'],
      'dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; sleep 600',
    );
    start('host', ['--network=host'], 'sleep 600');
    podman('pod', 'create', '--name=pod', '--infra=false');
    start('removed', ['--rm', '--pod=pod', '--network=none'], 'sleep 600');
  });
  after(async () => {
    await parts.podman?.[Symbol.asyncDispose]();
  });

  function podman(...args: readonly string[]): string {
    return (parts.podman ?? assert.fail('Podman is missing')).podman(...args);
  }

  function inspect(name: string, format: string): string {
    return podman('inspect', `--format=${format}`, name);
  }

  const idOf = (name: string): string => inspect(name, '{{.Id}}');
  const pidOf = (name: string): number => Number(inspect(name, '{{.State.Pid}}'));

  test('CPU, memory and network have the values of the kernel and of Podman', async () => {
    await using program = await startProgram(FLAGS);
    const valuesOf = async (name: string) => containerValues(await scrape(program.url), idOf(name));
    await waitUntil(
      'the container has received 3 MB',
      () => readCounts(pidOf('traffic'), 'lo').receivedBytes > 3_000_000,
    );
    await waitUntil('the container holds 40 MiB', () => readCounts(pidOf('hold')).memoryBytes > 40 * 2 ** 20);
    for (const name of ['traffic', 'hold']) await assertMatchesKernel(pidOf(name), () => valuesOf(name), 'lo');
    assert.deepEqual(
      [...(await valuesOf('host')).keys()].filter((key) => key.startsWith('network_')),
      [],
    );

    const [before, stats, after] = [await valuesOf('traffic'), statsOf('traffic'), await valuesOf('traffic')];
    const usage = 'cpu_usage_seconds_total cpu=total';
    const [earliest = Number.NaN, latest = Number.NaN] = [before.get(usage), after.get(usage)];
    const isWithin = stats.cpu >= earliest - 0.001 && stats.cpu <= latest + 0.001;
    assert.ok(isWithin, `CPU time: expected ${earliest} to ${latest}, got ${stats.cpu}`);
    assert.equal(after.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
    assert.deepEqual([after.get('spec_cpu_quota'), after.get('spec_cpu_period')], [25_000, 100_000]);
    // Repeat a failed comparison: the process that wrote the 40 MiB may still be running.
    await eventually(
      async () => ({ values: await valuesOf('hold'), expected: statsOf('hold') }),
      ({ values, expected }) =>
        Math.abs((values.get('memory_usage_bytes') ?? Number.NaN) - expected.memory) < 2 ** 20 &&
        values.get('processes') === expected.processes,
    );
  });

  /** Parses `podman stats`: `{"cpu_time": "1.5s", "mem_usage": "42.1MB / 134.2MB", "pids": "1", …}` */
  function statsOf(name: string) {
    const [stats] = JSON.parse(podman('stats', '--no-stream', '--format=json', name)) as {
      cpu_time: string;
      mem_usage: string;
      pids: string;
    }[];
    const [used = ''] = (stats?.mem_usage ?? '').split(' ');
    return { cpu: toSeconds(stats?.cpu_time ?? ''), memory: parseBytes(used), processes: Number(stats?.pids) };
  }

  for (const source of ['state', 'socket'] as const) {
    test(`containers have metadata from Podman's ${source}`, async () => {
      const { root, socket } = parts.podman ?? assert.fail('Podman is missing');
      const flags = { state: `--path.rootfs=${root}`, socket: `--containers.docker-socket=${socket}` };
      await using program = await startProgram([...FLAGS, '--containers.labels=team', flags[source]]);
      const id = idOf('traffic');
      const isInfo = ({ name, labels }: Series) => name === 'container_info' && labels['container_id'] === id;
      const isSuccess = ({ name, labels }: Series) =>
        name === 'node_scrape_collector_success' && labels['collector'] === 'containers';
      const series = await eventually(
        () => scrape(program.url),
        // Wait for a successful pass: a call to a busy Podman may time out, and the exporter retries in later passes.
        (all) => all.find(isSuccess)?.value === 1 && all.some((one) => isInfo(one) && one.labels['name'] === 'traffic'),
      );
      const info = series.find(isInfo)?.labels;
      assert.deepEqual(
        [info?.['name'], info?.['image'], info?.['runtime'], info?.['container_label_team']],
        ['traffic', `localhost/${BUSYBOX}`, 'podman', source === 'socket' ? 'a' : undefined],
      );
      assert.doesNotMatch(JSON.stringify(series), /SECRET/);
    });
  }

  test('containers have metadata from directories that only the flags of Podman set; a pod is no container', async () => {
    await using program = await startProgram(FLAGS);
    const ids = ['traffic', 'hold', 'host', 'removed'].map((name) => [idOf(name), name] as const);
    const infos = (await scrape(program.url)).filter(
      ({ name, labels }) => name === 'container_info' && labels['id']?.startsWith('/libpod_parent/'),
    );
    assert.deepEqual(
      new Map(infos.map(({ labels }) => [labels['container_id'], [labels['name'], labels['image']]])),
      new Map(ids.map(([id, name]) => [id, [name, `localhost/${BUSYBOX}`]])),
    );
  });

  test('a removed container is absent from the next scrape', async () => {
    await using program = await startProgram(FLAGS);
    const id = idOf('hold');
    assert.ok(containerValues(await scrape(program.url), id).size > 0);
    podman('rm', '--force', '--time=0', 'hold');
    assert.equal(containerValues(await scrape(program.url), id).size, 0);
  });
});

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 };

/** Converts a duration in the format of Go to seconds: `1m2.5s`, `61.442689ms`. */
function toSeconds(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|µs|ns|s)/g)];
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (SECONDS[unit] ?? Number.NaN), 0);
}
