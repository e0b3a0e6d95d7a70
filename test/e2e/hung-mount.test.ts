import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { countHungThreads, type FuseMount, MOUNT_PREFIX, missingFuse, mountFuse } from './support/fuse.ts';
import { getText, type Program, startProgram } from './support/program.ts';

/**
 * The flags include only `/` and the mounts of this test run, because other mounts of the host may hang too. Only the
 * timeout of a scrape can expire: all timeouts of the exporter are longer.
 */
const FLAGS = [
  '--collector.timeout=600s',
  '--collector.filesystem.mount-timeout=600s',
  '--path.rootfs=/',
  `--collector.filesystem.mount-points-include=^(/|${tmpdir()}/${MOUNT_PREFIX}[^/]+/mounted)$`,
];

interface Usage {
  readonly threads: number;
  readonly descriptors: number;
}

async function usageOf({ child }: Program): Promise<Usage> {
  const [threads, descriptors] = await Promise.all(
    ['task', 'fd'].map(async (name) => (await readdir(`/proc/${child.pid}/${name}`)).length),
  );
  return { threads: threads ?? 0, descriptors: descriptors ?? 0 };
}

function scrape({ url }: Program, seconds = 5): Promise<string> {
  return getText(`${url}/metrics`, { 'X-Prometheus-Scrape-Timeout-Seconds': String(seconds) });
}

/** Returns the value of the family `node_filesystem_<name>` and its label `device_error` for a mount point. */
function read(metrics: string, name: string, mountPoint: string): { value: number; error: string } | undefined {
  for (const [, labels = '', value] of metrics.matchAll(new RegExp(`^node_filesystem_${name}\\{(.*)\\} (.*)$`, 'gm'))) {
    if (!labels.includes(`mountpoint="${mountPoint}"`)) continue;
    return { value: Number(value), error: /device_error="([^"]*)"/.exec(labels)?.[1] ?? '' };
  }
  return undefined;
}

function assertHealthy(metrics: string, mountPoint: string): void {
  assert.deepEqual(read(metrics, 'device_error', mountPoint), { value: 0, error: '' });
  assert.ok(Number(read(metrics, 'size_bytes', mountPoint)?.value) > 0, `Missing size of ${mountPoint}`);
}

function assertHung(metrics: string, mountPoint: string): void {
  assert.deepEqual(read(metrics, 'device_error', mountPoint), { value: 1, error: 'mountpoint timeout' });
  assert.equal(read(metrics, 'size_bytes', mountPoint), undefined);
}

async function untilHealthy(program: Program, { path }: FuseMount): Promise<void> {
  for (;;) {
    const metrics = await scrape(program);
    if (read(metrics, 'device_error', path)?.value === 0) return assertHealthy(metrics, path);
  }
}

test('a hung mount affects only its own values, blocks one thread, and uses no more resources in later scrapes', {
  skip: missingFuse(),
  timeout: 600_000,
}, async () => {
  await using mount = await mountFuse();
  // Disable the other collectors: they open and close files when devices appear or disappear.
  const collectors = ['--collector.disable-defaults', '--collector.filesystem', '--collector.loadavg'];
  await using program = await startProgram([...FLAGS, ...collectors]);
  assertHealthy(await scrape(program), mount.path);
  await mount.stop();

  const startedAt = performance.now();
  const metrics = await scrape(program, 2);
  // The scrape ends when the timeout in its header expires, long before a timeout of the exporter.
  assert.ok(performance.now() - startedAt < 60_000, `The scrape took ${performance.now() - startedAt} ms`);
  assertHung(metrics, mount.path);
  assertHealthy(metrics, '/');
  assert.match(metrics, /^node_load1 /m);
  assert.match(metrics, /^node_scrape_collector_success\{collector="filesystem"\} 1$/m);

  // Wait, because the program caches the descriptors of a directory only if the directory has not changed for a second.
  await setTimeout(1500);
  // The program closes the files that only the start has read after ten scrapes without another read.
  for (let scrapes = 0; scrapes < 15; scrapes += 1) await scrape(program);
  const before = await usageOf(program);
  for (let scrapes = 0; scrapes < 1000; scrapes += 1) {
    const later = await scrape(program);
    if (scrapes % 100 === 0) assertHung(later, mount.path);
  }
  assert.equal(await countHungThreads(program.child.pid), 1);
  assert.deepEqual(await usageOf(program), before);

  mount.resume();
  await untilHealthy(program, mount);
  assert.equal(await countHungThreads(program.child.pid), 0);
  assert.deepEqual(await usageOf(program), before);
});

test('16 hung mounts delay neither healthy mounts nor compression', {
  skip: missingFuse(),
  timeout: 600_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const mounts: FuseMount[] = [];
  for (let index = 0; index < 17; index += 1) mounts.push(stack.use(await mountFuse()));
  const [healthy, ...hung] = mounts;
  assert.ok(healthy);
  const program = stack.use(await startProgram(FLAGS));
  for (const mount of mounts) assertHealthy(await scrape(program), mount.path);
  for (const mount of hung) await mount.stop();

  for (let scrapes = 0; scrapes < 3; scrapes += 1) {
    const response = await fetch(`${program.url}/metrics`, {
      headers: { 'Accept-Encoding': 'gzip', 'X-Prometheus-Scrape-Timeout-Seconds': '5' },
    });
    assert.equal(response.headers.get('Content-Encoding'), 'gzip');
    const metrics = await response.text();
    for (const { path } of hung) assertHung(metrics, path);
    assertHealthy(metrics, healthy.path);
    assertHealthy(metrics, '/');
  }
  assert.equal(await countHungThreads(program.child.pid), hung.length);

  for (const mount of hung) mount.resume();
  for (const mount of hung) await untilHealthy(program, mount);
});
