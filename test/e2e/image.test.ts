import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, type TestContext, test } from 'node:test';
import { DOCKER, type Engine, missingDocker, startEngine } from './support/docker/engine.ts';
import { type BuiltImage, buildImage, IMAGE, REVISION } from './support/docker/image.ts';
import { waitUntil } from './support/eventually.ts';
import { execute, succeeds } from './support/execute.ts';
import { type FuseMount, mountHost } from './support/fuse.ts';
import { describeUnless, missing } from './support/requirements.ts';
import { createTempDirectory } from './support/temp-directory.ts';

/** The most restrictive options with which a container can still read the whole host. */
const HARDENED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--user=65534'];
const HOST = ['--pid=host', '--volume=/:/host:ro,rslave'];
const HOST_FLAGS = ['--path.procfs=/host/proc', '--path.sysfs=/host/sys', '--path.rootfs=/host'];
/** The tests run the health check every second and without retries. In the image, the interval is 30 seconds. */
const FAST_HEALTH_CHECK = ['--health-interval=1s', '--health-retries=1', '--health-start-period=0s'];

const QUEUE = `
import { type Collector, gauge } from 'otel-node-exporter';
const depth = gauge('queue_depth', 'Waiting jobs.', ['queue']);
export const queue: Collector = {
  name: 'queue',
  families: [depth],
  collect: (_host, emit) => emit(depth, 3, { queue: 'mail' }),
};
`;

const EXPORTER = `
import { createExporter, gauge } from 'otel-node-exporter';
const open = gauge('shop_open', '1 if the shop is open.');
await createExporter({
  name: 'shop_exporter',
  namespace: 'shop',
  port: 23333,
  collectors: [{ name: 'shop', families: [open], collect: (_host, emit) => emit(open, 1) }],
});
`;

interface Container {
  readonly id: string;
  readonly url: string;
  logs(): string;
  /** Returns the field of `docker inspect` with this path, such as `.State.ExitCode`. */
  inspect(path: string): string;
  remove(): void;
}

describeUnless(missingDocker(), 'the image', () => {
  const withoutFuse = missing('bindfs');
  const parts: { image?: BuiltImage; engine?: Engine; mount?: FuseMount } = {};
  before(async () => {
    parts.image = await buildImage();
    if (withoutFuse === false) parts.mount = await mountHost();
    parts.engine = await startEngine({ dataRoot: parts.image.dataRoot, network: 'own' });
  });
  after(async () => {
    await parts.engine?.[Symbol.asyncDispose]();
    await parts.mount?.[Symbol.asyncDispose]();
    await parts.image?.[Symbol.asyncDispose]();
  });

  function engine(): Engine {
    assert.ok(parts.engine);
    return parts.engine;
  }

  /** Runs a container and waits until it is ready. */
  async function start(t: TestContext, options: readonly string[], flags: readonly string[] = []): Promise<Container> {
    const { docker, get } = engine();
    const id = docker('run', '--detach', ...options, IMAGE, ...flags);
    t.after(() => docker('rm', '--force', id));
    const inspect = (path: string): string => docker('inspect', `--format={{${path}}}`, id);
    const port = /--web\.listen-address=:(\d+)/.exec(flags.join(' '))?.[1] ?? '23333';
    const url = `http://${inspect('.NetworkSettings.IPAddress')}:${port}`;
    await waitUntil('the container is ready', () => {
      assert.equal(inspect('.State.Status'), 'running', docker('logs', id));
      return succeeds(() => get(`${url}/-/ready`));
    });
    return {
      id,
      url,
      inspect,
      logs: () => execute(['sh', '-c', `${DOCKER} --host ${engine().host} logs ${id} 2>&1`]),
      remove: () => docker('rm', '--force', id),
    };
  }

  test('contains Node.js, its libraries and the bundled program', (t) => {
    const { docker, host } = engine();
    const id = docker('create', IMAGE);
    t.after(() => docker('rm', id));
    const listing = execute(['sh', '-c', `${DOCKER} --host ${host} export ${id} | tar --list --verbose`]);
    const files = listing.split('\n').map((line) => {
      const [, , size = '', , , ...name] = line.split(/\s+/);
      return { bytes: Number(size), name: name.join(' ').replace(/ -> .*/, '') };
    });
    const largest = files.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
    t.diagnostic(`${docker('inspect', '--format={{.Size}}', IMAGE)} bytes`);
    for (const { name, bytes } of largest.slice(0, 6)) t.diagnostic(`${String(bytes).padStart(10)} ${name}`);

    const createdByDocker = /^(\.dockerenv|dev\/.*|proc\/|sys\/|etc\/(hostname|hosts|mtab|resolv\.conf))$/;
    const libraries =
      /^lib(64)?\/(.*-linux-gnu\/)?(ld-linux-[-\w]+|lib(atomic|c|dl|gcc_s|m|pthread|stdc\+\+))\.so\.\d+$/;
    const rest = files
      .map(({ name }) => name)
      .filter((name) => !name.endsWith('/') && !createdByDocker.test(name) && !libraries.test(name));
    assert.deepEqual(rest.sort(), [
      'app/LICENSES.txt',
      'app/main.mjs',
      'app/package.json',
      'etc/group',
      'etc/os-release',
      'etc/passwd',
      'usr/local/bin/node',
      'var/lib/dpkg/status.d/libatomic1',
      'var/lib/dpkg/status.d/libc6',
      'var/lib/dpkg/status.d/libgcc-s1',
      'var/lib/dpkg/status.d/libstdc++6',
    ]);
  });

  test('has the labels of the Open Container Initiative and an unprivileged user', () => {
    const labels: unknown = JSON.parse(engine().docker('inspect', '--format={{json .Config.Labels}}', IMAGE));
    assert.deepEqual(labels, {
      'org.opencontainers.image.title': 'otel-node-exporter',
      'org.opencontainers.image.description': 'Linux host and container metrics for Prometheus and OpenTelemetry',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': '0.2.0',
      'org.opencontainers.image.revision': REVISION,
    });
    assert.equal(engine().docker('inspect', '--format={{.Config.User}}', IMAGE), '65534:65534');
  });

  test('runs without mounts, and exits with 0 when Docker stops it', async (t) => {
    const { inspect, id } = await start(t, ['--publish=23333:23333']);
    const metrics = engine().get('http://127.0.0.1:23333/metrics');
    assert.match(metrics, /^node_load1 /m);
    assert.match(metrics, new RegExp(`^node_exporter_build_info\\{version="0\\.2\\.0",revision="${REVISION}"`, 'm'));
    const startedAt = performance.now();
    engine().docker('stop', '--time=600', id);
    const seconds = (performance.now() - startedAt) / 1000;
    t.diagnostic(`docker stop took ${seconds.toFixed(2)} s`);
    assert.equal(inspect('.State.ExitCode'), '0');
    // The program exits before Docker's timeout, even on a slow host.
    assert.ok(seconds < 60, `docker stop took ${seconds} s`);
  });

  test('reads the whole host without capabilities and with a read-only root', async (t) => {
    const { url } = await start(t, [...HARDENED, ...HOST], HOST_FLAGS);
    const { get } = engine();
    assert.equal(get(`${url}/info/hostname`), readFileSync('/etc/hostname', 'utf8').trim());
    const stat = readFileSync('/proc/stat', 'utf8');
    const metrics = get(`${url}/metrics`);
    // Read the boot time before and after the scrape: it changes when the clock of the host is set.
    const boots = [stat, readFileSync('/proc/stat', 'utf8')].map((text) => Number(/^btime (\d+)$/m.exec(text)?.[1]));
    assert.ok(boots.includes(value(metrics, 'node_boot_time_seconds')), `Boot times ${boots}`);
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    assert.ok(Math.abs(value(metrics, 'node_uptime{') - uptime) < 60);
    const forks = Number(/^processes (\d+)$/m.exec(stat)?.[1]);
    const reported = value(metrics, 'node_forks_total');
    assert.ok(
      reported >= forks && reported < forks + 100_000,
      `Forks: ${forks} before the scrape, ${reported} reported`,
    );
    assert.match(metrics, /^node_scrape_collector_success\{collector="uname"\} 1$/m);
    assert.match(metrics, /^node_timex_status \d+$/m);
  });

  test('loads a mounted TypeScript module that imports the library', async (t) => {
    await using directory = await createTempDirectory({ 'queue.ts': QUEUE });
    const flags = ['--collector.module=/modules/queue.ts', '--collector.disable-defaults'];
    const { url } = await start(t, [...HARDENED, `--volume=${directory.path}/queue.ts:/modules/queue.ts:ro`], flags);
    assert.match(engine().get(`${url}/metrics`), /^queue_depth\{queue="mail"\} 3$/m);
  });

  test('runs a mounted custom exporter that imports the library', async (t) => {
    await using directory = await createTempDirectory({ 'exporter.ts': EXPORTER });
    const options = [`--volume=${directory.path}/exporter.ts:/app/exporter.ts:ro`, '--entrypoint=/usr/local/bin/node'];
    const { url } = await start(t, [...HARDENED, ...options], ['/app/exporter.ts']);
    const page = engine().get(`${url}/metrics`);
    assert.match(page, /^shop_open 1$/m);
    assert.match(page, /^shop_up 1$/m);
  });

  test('is healthy while it responds, and unhealthy while it hangs', async (t) => {
    const { id, inspect } = await start(t, [...HARDENED, ...FAST_HEALTH_CHECK]);
    await waitUntil('the container is healthy', () => inspect('.State.Health.Status') === 'healthy');
    engine().docker('kill', '--signal=STOP', id);
    await waitUntil('the container is unhealthy', () => inspect('.State.Health.Status') === 'unhealthy');
    const log: unknown = JSON.parse(inspect('json .State.Health.Log'));
    assert.match(JSON.stringify(log), /Cannot get http:\/\/127\.0\.0\.1:23333\/health: no response within 3000 ms/);
  });

  test('is healthy on another port that only a flag of the exporter sets', async (t) => {
    const flags = ['--web.listen-address=:9100'];
    const { inspect } = await start(t, [...HARDENED, ...FAST_HEALTH_CHECK], flags);
    await waitUntil('the container is healthy', () => inspect('.State.Health.Status') === 'healthy');
    const inHostPidNamespace = await start(t, [...HARDENED, ...HOST, ...FAST_HEALTH_CHECK], [...HOST_FLAGS, ...flags]);
    await waitUntil('the container is healthy', () => inHostPidNamespace.inspect('.State.Health.Status') === 'healthy');
  });

  test('exits with 0 while the host does not respond', { skip: withoutFuse }, async (t) => {
    const { mount } = parts;
    assert.ok(mount);
    const { id, url, logs, inspect } = await start(
      t,
      [`--volume=${mount.path}:/host:ro`],
      ['--path.rootfs=/host', '--collector.timeout=2s'],
    );
    assert.equal(engine().get(`${url}/info/hostname`), 'node-1');
    await mount.stop();
    assert.match(engine().get(`${url}/metrics`), /^node_scrape_collector_success\{collector="uptime"\} 0$/m);
    engine().docker('stop', '--time=600', id);
    assert.match(logs(), /Exiting by SIGTERM because calls hang: .*read \/host\/etc\/hostname/);
    assert.equal(inspect('.State.ExitCode'), '0');
  });
});

/** Returns the value of the first series whose line starts with a prefix. */
function value(metrics: string, prefix: string): number {
  const line = metrics.split('\n').find((text) => text.startsWith(prefix)) ?? '';
  return Number(line.split(' ').at(-1));
}
