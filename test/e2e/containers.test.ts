import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import {
  assertMatchesKernel,
  deviceOf,
  interfacesOf,
  readCounts,
  removeCgroup,
  startInCgroup,
} from './support/cgroups.ts';
import { BUSYBOX, importBusybox } from './support/docker/busybox.ts';
import { createDataRoot, type Engine, missingDocker, startEngine } from './support/docker/engine.ts';
import { eventually, waitUntil } from './support/eventually.ts';
import { parseBytes } from './support/parse-bytes.ts';
import { getText, kill, PROGRAM, type Program, run, startProgram, waitForOutput } from './support/program.ts';
import { missing } from './support/requirements.ts';
import { containerValues, scrape } from './support/series.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers', '--collector.container-pids'];

interface Container {
  readonly id: string;
  readonly pid: number;
}

describe('the container collectors beside a real Docker engine', {
  skip: missingDocker() || missing('busybox', 'unshare'),
}, () => {
  const parts: { data?: Awaited<ReturnType<typeof createDataRoot>>; engine?: Engine; program?: Program } = {};
  before(async () => {
    parts.data = await createDataRoot();
    parts.engine = await startEngine({ dataRoot: parts.data.path, network: 'own' });
    importBusybox(parts.engine);
    parts.program = await startProgram([...FLAGS, `--containers.docker-socket=${socketOf(parts.engine)}`]);
  });
  after(async () => {
    await parts.program?.[Symbol.asyncDispose]();
    await parts.engine?.[Symbol.asyncDispose]();
    await parts.data?.[Symbol.asyncDispose]();
  });

  function docker(...args: readonly string[]): string {
    assert.ok(parts.engine);
    return parts.engine.docker(...args);
  }

  function url(): string {
    assert.ok(parts.program);
    return parts.program.url;
  }

  function start(t: TestContext, options: readonly string[], script: string): Container {
    const id = docker('run', '--detach', ...options, BUSYBOX, 'sh', '-c', script);
    t.after(() => docker('rm', '--force', id));
    return { id, pid: pidOf(id) };
  }

  function pidOf(id: string): number {
    return Number(docker('inspect', '--format={{.State.Pid}}', id));
  }

  async function valuesOf({ id }: Pick<Container, 'id'>, from = url()): Promise<ReadonlyMap<string, number>> {
    return containerValues(await scrape(from), id);
  }

  test('CPU, memory and network have the values of the kernel at the same time', async (t) => {
    const web = start(
      t,
      ['--name=web', '--memory=96m'],
      'dd if=/dev/zero of=/www/f bs=1M count=1; httpd -f -p 80 -h /www',
    );
    const address = docker('inspect', '--format={{.NetworkSettings.IPAddress}}', web.id);
    const client = start(t, ['--cpus=0.5'], `while :; do wget -q -O /tmp/f http://${address}/f; sleep 0.1; done`);
    const burn = start(t, ['--cpus=0.25', '--memory=64m', '--cpu-shares=512'], 'while :; do :; done');
    await waitUntil('the client has received 3 MB', () => readCounts(client.pid).receivedBytes > 3_000_000);
    for (const container of [web, client, burn]) await assertMatchesKernel(container.pid, () => valuesOf(container));
    // Returns whether the kernel has throttled the container. The kernel throttles a container that has used its quota.
    const isThrottled = (values: ReadonlyMap<string, number>): boolean =>
      (values.get('cpu_cfs_throttled_periods_total') ?? 0) > 0;
    const values = await eventually(() => valuesOf(burn), isThrottled);
    assert.equal(values.get('spec_memory_limit_bytes'), readCounts(burn.pid).memoryLimit);
    assert.equal(values.get('spec_cpu_quota'), 25_000);
    assert.equal(values.get('spec_cpu_period'), 100_000);
    assert.equal(values.get('processes'), 1);
    assert.equal(values.get('threads'), 1);
    assert.equal((await valuesOf(client)).get('spec_memory_limit_bytes'), 0);
  });

  /** Parses `docker stats`: `25.10%|41.2MiB / 64MiB|3.15MB / 71.2kB|0B / 2.1MB|1`. */
  function statsOf({ id }: Container) {
    const format = '{{.CPUPerc}}|{{.MemUsage}}|{{.NetIO}}|{{.BlockIO}}|{{.PIDs}}';
    const [cpu = '', ...rest] = docker('stats', '--no-stream', `--format=${format}`, id).split('|');
    const [memory, network, disk] = rest.map((text) => text.split(' / ').map(parseBytes));
    return {
      share: Number.parseFloat(cpu) / 100,
      memory: memory?.[0] ?? Number.NaN,
      received: network?.[0] ?? Number.NaN,
      transmitted: network?.[1] ?? Number.NaN,
      written: disk?.[1] ?? Number.NaN,
      processes: Number(rest[3]),
    };
  }

  test('CPU, memory, network and disk agree with docker stats', async (t) => {
    const device = deviceOf(parts.data?.path ?? '');
    const burn = start(t, ['--cpus=0.25', '--memory=64m'], 'while :; do :; done');
    const hold = start(t, ['--memory=128m'], 'dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; sleep 600');
    const web = start(t, [], 'dd if=/dev/zero of=/www/f bs=1M count=1; httpd -f -p 80 -h /www');
    const address = docker('inspect', '--format={{.NetworkSettings.IPAddress}}', web.id);
    const write = start(
      t,
      [`--device-write-bps=${device}:1gb`],
      `while :; do wget -q -O - http://${address}/f | dd of=/tmp/f conv=fsync 2>/dev/null; sleep 0.1; done`,
    );
    await waitUntil('the container holds 40 MiB', () => readCounts(hold.pid).memoryBytes > 40 * 2 ** 20);
    await waitUntil('the container has received 3 MB', () => readCounts(write.pid).receivedBytes > 3_000_000);
    const written = `fs_writes_bytes_total device=${device}`;
    await waitUntil(
      'the container has written to the disk',
      async () => ((await valuesOf(write)).get(written) ?? 0) > 0,
    );
    const shareOf = async ({ id }: Container): Promise<number | null | undefined> => {
      const reports: { containerId: string; cpu: { share: number | null } }[] = JSON.parse(
        await getText(`${url()}/info/containers`),
      );
      return reports.find(({ containerId }) => containerId === id)?.cpu.share;
    };

    assert.equal(await shareOf(burn), null);
    // Repeat a failed comparison: the exporter and Docker measure the share over slightly different seconds.
    await eventually(
      async () => {
        await shareOf(burn);
        const { share: expected } = statsOf(burn);
        return { share: (await shareOf(burn)) ?? Number.NaN, expected };
      },
      ({ share, expected }) => share > 0.1 && share < 0.3 && Math.abs(share - expected) < 0.05,
    );

    // Repeat a failed comparison: the process that wrote the 40 MiB may still be running.
    await eventually(
      async () => {
        const values = await valuesOf(hold);
        const stats = statsOf(hold);
        const workingSet = values.get('memory_working_set_bytes') ?? Number.NaN;
        return { workingSet, memory: stats.memory, threads: values.get('threads'), processes: stats.processes };
      },
      ({ workingSet, memory, threads, processes }) => Math.abs(workingSet - memory) < 2 ** 20 && threads === processes,
    );

    const [earlier, stats, later] = [await valuesOf(write), statsOf(write), await valuesOf(write)];
    const isBetween = (name: string, value: number): void => {
      const [min, max] = [earlier, later].map((values) => values.get(name) ?? Number.NaN);
      // Docker prints three significant digits, so allow a difference of 1%.
      const isWithin = value >= (min ?? Number.NaN) * 0.99 && value <= (max ?? Number.NaN) * 1.01;
      assert.ok(isWithin && value > 0, `${name}: expected ${min} to ${max}, got ${value}`);
    };
    isBetween('network_receive_bytes_total interface=eth0', stats.received);
    isBetween('network_transmit_bytes_total interface=eth0', stats.transmitted);
    isBetween(written, stats.written);
  });

  /**
   * Waits until the exporter has cached the names of containers. Later passes then do not call the engine, which may be
   * slow.
   */
  async function untilNamed(...containers: readonly Pick<Container, 'id'>[]): Promise<void> {
    await eventually(
      () => scrape(url()),
      (series) =>
        series.some(
          ({ name, labels, value }) =>
            name === 'node_scrape_collector_success' && labels['collector'] === 'containers' && value === 1,
        ) && containers.every(({ id }) => series.some(({ labels }) => labels['id']?.endsWith(id) && labels['name'])),
    );
  }

  test('series carry the name and image of their container, and no Docker labels by default', async (t) => {
    const { id } = start(t, ['--name=named', '--label=team=a'], 'sleep 600');
    const series = await eventually(
      async () => (await scrape(url())).filter(({ labels }) => labels['id']?.endsWith(id)),
      // Wait for a successful pass: a call to a busy engine may time out, and the exporter retries in later passes.
      (found) => found.some(({ labels }) => labels['name'] === 'named'),
    );
    const containerSeries = series.filter(({ name }) => name.startsWith('container_'));
    for (const { labels } of containerSeries) {
      assert.equal(labels['name'], 'named');
      assert.equal(labels['image'], BUSYBOX);
    }
    assert.doesNotMatch(JSON.stringify(containerSeries), /team/);
    const sources = (await scrape(url())).filter(({ name }) => name === 'node_container_names_source');
    assert.deepEqual(sources.find(({ labels }) => labels['source'] === 'docker')?.value, 1);
  });

  test('a container that is removed during scrapes is absent from later scrapes, and other containers stay', async (t) => {
    const stays = start(t, ['--name=stays'], 'sleep 600');
    const ends = start(t, ['--name=ends'], 'while :; do :; done');
    await untilNamed(stays, ends);
    let isDone = false;
    const scrapes = (async () => {
      while (!isDone) {
        const series = await scrape(url());
        assert.ok(containerValues(series, stays.id).size > 10);
        assert.equal(series.find(({ name }) => name === 'node_scrape_collector_success')?.value, 1);
      }
    })();
    docker('kill', ends.id);
    docker('rm', '--force', ends.id);
    assert.equal((await valuesOf(ends)).size, 0);
    isDone = true;
    await scrapes;
  });

  test('a process that the OOM killer killed is counted', async (t) => {
    const greedy = start(
      t,
      ['--memory=16m'],
      'while :; do dd if=/dev/zero of=/dev/shm/x bs=1M count=60 2>/dev/null; sleep 1; done',
    );
    await waitUntil(
      'the OOM killer has killed a process',
      async () => ((await valuesOf(greedy)).get('oom_events_total') ?? 0) > 0,
    );
    assert.ok(((await valuesOf(greedy)).get('memory_failcnt') ?? 0) > 0);
  });

  test('a restarted container has a new start time, and a new container with its name replaces it', async (t) => {
    const { id } = start(t, ['--name=again'], 'i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; sleep 600');
    const cpu = async (): Promise<number> => (await valuesOf({ id })).get('cpu_user_seconds_total') ?? 0;
    const started = async (): Promise<number> => (await valuesOf({ id })).get('start_time_seconds') ?? Number.NaN;
    await waitUntil('the container has used CPU time', async () => (await cpu()) > 0.1);
    const before = await started();
    assert.ok(Math.abs(before - Date.now() / 1000) < 60, `Start time ${before}`);
    docker('restart', '--time=0', id);
    assert.ok((await started()) > before);
    docker('rm', '--force', id);
    const next = start(t, ['--name=again'], 'sleep 600');
    await untilNamed(next);
    const names = (await scrape(url())).filter(
      ({ name, labels }) => name === 'container_info' && labels['name'] === 'again',
    );
    assert.deepEqual(
      names.map(({ labels }) => labels['container_id']),
      [next.id],
    );
  });

  test('containers have metadata from directories that only the flags of Docker set', async (t) => {
    const plain = start(t, ['--label=team=a'], 'sleep 600');
    const joined = start(t, [`--network=container:${plain.id}`, '--cgroup-parent=/jobs/nightly'], 'sleep 600');
    t.after(() => {
      for (const path of ['jobs/nightly', 'jobs']) removeCgroup(path);
    });
    await using program = await startProgram([...FLAGS, '--containers.labels=team']);
    const series = await scrape(program.url);
    const infoOf = ({ id }: Container) => {
      const labels = series.find(
        ({ name, labels: { container_id: found } }) => name === 'container_info' && found === id,
      )?.labels;
      return [labels?.['name'], labels?.['image'], labels?.['container_label_team']];
    };
    const nameOf = ({ id }: Container) => docker('inspect', '--format={{.Name}}', id).slice(1);
    assert.deepEqual(
      [infoOf(plain), infoOf(joined)],
      [
        [nameOf(plain), BUSYBOX, 'a'],
        [nameOf(joined), BUSYBOX, undefined],
      ],
    );
  });

  test('the traffic of a shared network namespace is reported once', async (t) => {
    const first = start(t, [], 'sleep 600');
    const second = start(t, [`--network=container:${first.id}`], 'sleep 600');
    const none = start(t, ['--network=none'], 'sleep 600');
    const series = await scrape(url());
    const receiveSeriesOf = ({ id }: Container): readonly string[] =>
      [...containerValues(series, id).keys()].filter((key) => key.startsWith('network_receive_bytes_total'));
    // Read the expected interfaces from the kernel: some kernels create tunnel interfaces in each network namespace.
    const expectedSeriesOf = ({ pid }: Container) =>
      interfacesOf(pid).map((name) => `network_receive_bytes_total interface=${name}`);
    assert.deepEqual(receiveSeriesOf(first).toSorted(), expectedSeriesOf(first));
    assert.ok(interfacesOf(first.pid).includes('eth0'));
    assert.deepEqual(receiveSeriesOf(second), []);
    assert.deepEqual(receiveSeriesOf(none).toSorted(), expectedSeriesOf(none));
  });

  test('a container in the network namespace of the host has no network series', async (t) => {
    const id = 'f'.repeat(64);
    const { pid } = await startInCgroup(t, `docker/${id}`);
    const values = await valuesOf({ id });
    assert.equal(values.get('processes'), 1, `Process ${pid}`);
    assert.deepEqual(
      [...values.keys()].filter((key) => key.startsWith('network_')),
      [],
    );
  });

  test('bytes written to disk are counted by device', async (t) => {
    const device = deviceOf(parts.data?.path ?? '');
    const { id } = start(
      t,
      // With cgroup v1, the kernel counts the I/O of a container only if a throttling rule applies to it.
      [`--device-write-bps=${device}:1gb`],
      'while :; do dd if=/dev/zero of=/tmp/f bs=1M count=2 conv=fsync 2>/dev/null; sleep 0.2; done',
    );
    await waitUntil(
      'the container has written 2 MiB',
      async () => ((await valuesOf({ id })).get(`fs_writes_bytes_total device=${device}`) ?? 0) >= 2 ** 21,
    );
    assert.ok(((await valuesOf({ id })).get(`fs_writes_total device=${device}`) ?? 0) > 0);
  });

  test('container-pids emits the series of each process', async (t) => {
    const { id, pid } = start(t, ['--name=forked'], 'sleep 600 & sleep 600 & wait');
    await untilNamed({ id });
    // Wait for three processes: the shell starts its two child processes some time after its own start.
    const series = await eventually(
      async () =>
        (await scrape(url())).filter(({ name, labels }) => name.startsWith('node_container_') && labels['id'] === id),
      (found) => found.filter(({ name }) => name === 'node_container_cpu_utime').length === 3,
    );
    assert.equal(new Set(series.map(({ name }) => name)).size, 11);
    const rss = series.find(
      ({ name, labels }) => name === 'node_container_memory_vmrss' && labels['pid'] === String(pid),
    );
    assert.deepEqual([rss?.labels['name'], rss?.labels['type'], (rss?.value ?? 0) > 0], ['forked', 'vmrss', true]);
  });

  /**
   * Starts another exporter with a command such as unshare(1), which runs the exporter in other namespaces. Returns the
   * URL of the exporter.
   */
  async function startAs(t: TestContext, command: readonly string[]): Promise<string> {
    const [program = '', ...args] = command;
    const flags = [...FLAGS, '--web.listen-address=127.0.0.1:0'];
    const started = run(program, [...args, process.execPath, PROGRAM, ...flags]);
    t.after(() => kill(started));
    return waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  }

  test('an exporter in another cgroup namespace emits the same series', async (t) => {
    const container = start(t, [], 'sleep 600');
    const other = await startAs(t, ['unshare', '--cgroup']);
    // Repeat a failed comparison: the container may use a device for the first time between the two scrapes.
    const { expected, values } = await eventually(
      async () => ({ expected: await valuesOf(container), values: await valuesOf(container, other) }),
      (both) => [...both.values.keys()].join() === [...both.expected.keys()].join(),
    );
    assert.ok(expected.size > 10);
    assert.equal(values.get('start_time_seconds'), expected.get('start_time_seconds'));
  });

  test('an exporter in another PID namespace lacks only processes and networks', async (t) => {
    const container = start(t, ['--memory=64m'], 'sleep 600');
    const other = await startAs(t, ['unshare', '--pid', '--fork', '--kill-child']);
    const { absent, values } = await eventually(
      async () => {
        const [expected, values] = [await valuesOf(container), await valuesOf(container, other)];
        return { absent: [...expected.keys()].filter((key) => !values.has(key) && key !== 'processes'), values };
      },
      (both) => both.absent.length > 0,
    );
    for (const key of absent) assert.match(key, /^network_/);
    assert.equal(values.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
    assert.equal(values.get('threads'), 1);
  });
});

function socketOf({ host }: Engine): string {
  return host.slice('unix://'.length);
}
