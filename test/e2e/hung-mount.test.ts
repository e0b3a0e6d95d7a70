import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { countHungThreads, type FuseMount, MOUNT_PREFIX, missingFuse, mountFuse } from './support/fuse.ts';
import { getText, type Program, startProgram } from './support/program.ts';

/**
 * The root of the machine and what the tests mount: others' mounts may hang too. No patience ends before that of a scrape
 * does, but the one that the tests wait for.
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
    ['task', 'fd'].map(async (what) => (await readdir(`/proc/${child.pid}/${what}`)).length),
  );
  return { threads: threads ?? 0, descriptors: descriptors ?? 0 };
}

function scrape({ url }: Program, seconds = 5): Promise<string> {
  return getText(`${url}/metrics`, { 'X-Prometheus-Scrape-Timeout-Seconds': String(seconds) });
}

/** The value of `node_filesystem_<name>` at a mount point, and the error that its labels tell. */
function read(metrics: string, name: string, mountPoint: string): { value: number; error: string } | undefined {
  for (const [, labels = '', value] of metrics.matchAll(new RegExp(`^node_filesystem_${name}\\{(.*)\\} (.*)$`, 'gm'))) {
    if (!labels.includes(`mountpoint="${mountPoint}"`)) continue;
    return { value: Number(value), error: /device_error="([^"]*)"/.exec(labels)?.[1] ?? '' };
  }
  return undefined;
}

function assertHealthy(metrics: string, mountPoint: string): void {
  assert.deepEqual(read(metrics, 'device_error', mountPoint), { value: 0, error: '' });
  assert.ok(Number(read(metrics, 'size_bytes', mountPoint)?.value) > 0, `no size of ${mountPoint}`);
}

function assertDead(metrics: string, mountPoint: string): void {
  assert.deepEqual(read(metrics, 'device_error', mountPoint), { value: 1, error: 'mountpoint timeout' });
  assert.equal(read(metrics, 'size_bytes', mountPoint), undefined);
}

async function untilHealthy(program: Program, { path }: FuseMount): Promise<void> {
  for (;;) {
    const metrics = await scrape(program);
    if (read(metrics, 'device_error', path)?.value === 0) return assertHealthy(metrics, path);
  }
}

test('a dead mount costs its own values only, one thread, and nothing more on any later scrape', {
  skip: missingFuse(),
  timeout: 600_000,
}, async () => {
  await using mount = await mountFuse();
  // What else comes and goes on this machine opens and closes files.
  const only = ['--collector.disable-defaults', '--collector.filesystem', '--collector.loadavg'];
  await using program = await startProgram([...FLAGS, ...only]);
  assertHealthy(await scrape(program), mount.path);
  await mount.stop();

  const startedAt = performance.now();
  const metrics = await scrape(program, 2);
  // Not before the scraper's time is over, and by none of the others.
  assert.ok(performance.now() - startedAt < 60_000, `the scrape took ${performance.now() - startedAt} ms`);
  assertDead(metrics, mount.path);
  assertHealthy(metrics, '/');
  assert.match(metrics, /^node_load1 /m);
  assert.match(metrics, /^node_scrape_collector_success\{collector="filesystem"\} 1$/m);

  // The files of a folder that is new to the program stay open from the next second on.
  await setTimeout(1500);
  await scrape(program);
  const before = await usageOf(program);
  for (let scrapes = 0; scrapes < 1000; scrapes += 1) {
    const later = await scrape(program);
    if (scrapes % 100 === 0) assertDead(later, mount.path);
  }
  assert.equal(await countHungThreads(program.child.pid), 1);
  assert.deepEqual(await usageOf(program), before);

  mount.resume();
  await untilHealthy(program, mount);
  assert.equal(await countHungThreads(program.child.pid), 0);
  assert.deepEqual(await usageOf(program), before);
});

test('16 dead mounts at once hold up neither healthy ones nor compression', {
  skip: missingFuse(),
  timeout: 600_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const mounts: FuseMount[] = [];
  for (let index = 0; index < 17; index += 1) mounts.push(stack.use(await mountFuse()));
  const [healthy, ...dead] = mounts;
  assert.ok(healthy);
  const program = stack.use(await startProgram(FLAGS));
  for (const mount of mounts) assertHealthy(await scrape(program), mount.path);
  for (const mount of dead) await mount.stop();

  for (let scrapes = 0; scrapes < 3; scrapes += 1) {
    const response = await fetch(`${program.url}/metrics`, {
      headers: { 'Accept-Encoding': 'gzip', 'X-Prometheus-Scrape-Timeout-Seconds': '5' },
    });
    assert.equal(response.headers.get('Content-Encoding'), 'gzip');
    const metrics = await response.text();
    for (const { path } of dead) assertDead(metrics, path);
    assertHealthy(metrics, healthy.path);
    assertHealthy(metrics, '/');
  }
  assert.equal(await countHungThreads(program.child.pid), dead.length);

  for (const mount of dead) mount.resume();
  for (const mount of dead) await untilHealthy(program, mount);
});
