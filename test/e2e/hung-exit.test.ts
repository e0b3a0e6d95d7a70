import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { getText, kill, run, startProgram, waitFor } from './support/program.ts';
import { missing } from './support/requirements.ts';

/** Those whose series carry the host's name, and one that does not ask for it. */
const COLLECTORS = ['--collector.disable-defaults', '--collector.loadavg', '--collector.stat', '--collector.uptime'];

interface FuseMount extends AsyncDisposable {
  readonly path: string;
  /** From now on every call on the mount hangs. */
  stop(): void;
}

/** A folder with `etc/hostname`, served by a program that can be stopped. */
async function mountHost(): Promise<FuseMount> {
  const directory = await mkdtemp(join(tmpdir(), 'fuse-'));
  const [source, path] = [join(directory, 'source'), join(directory, 'mounted')];
  await mkdir(join(source, 'etc'), { recursive: true });
  await writeFile(join(source, 'etc/hostname'), 'node-1\n');
  await mkdir(path);
  const server = run('bindfs', ['-f', '-o', 'attr_timeout=0,entry_timeout=0', source, path]);
  while (!isMounted(path)) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    path,
    stop: () => server.child.kill('SIGSTOP'),
    async [Symbol.asyncDispose]() {
      await kill(server);
      execFileSync('umount', ['--lazy', path]);
      await rm(directory, { recursive: true });
    },
  };
}

function isMounted(path: string): boolean {
  return execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' }).includes(` ${path} `);
}

test('while the machine does not answer, the program is not ready at once and still ends', {
  skip: missing('bindfs'),
}, async () => {
  await using mount = await mountHost();
  await using program = await startProgram([...COLLECTORS, `--path.rootfs=${mount.path}`]);
  assert.equal(await getText(`${program.url}/info/hostname`), 'node-1');
  mount.stop();

  const scrape = fetch(`${program.url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '60' } });
  const asked = getText(`${program.url}/health`);
  await asked;
  program.child.kill('SIGTERM');
  await waitFor(program, /msg=Stopping/);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'Shutting down']);
  await assert.rejects(scrape, { message: 'fetch failed' });
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGTERM' });
  assert.match(
    program.output(),
    /level=warn msg="Ending by SIGTERM because the machine does not answer: read \S+\/etc\/hostname"\n$/,
  );
});

test('a hung host name costs what carries it, and a second signal ends the program at once', {
  skip: missing('bindfs'),
}, async () => {
  await using mount = await mountHost();
  await using program = await startProgram([...COLLECTORS, `--path.rootfs=${mount.path}`]);
  // The first pass is over, and no other shares its fate.
  await getText(`${program.url}/metrics`);
  mount.stop();
  const metrics = await getText(`${program.url}/metrics`, { 'X-Prometheus-Scrape-Timeout-Seconds': '0.5' });
  assert.match(metrics, /^node_scrape_collector_success\{collector="uptime"\} 0$/m);
  assert.match(metrics, /^node_scrape_collector_success\{collector="stat"\} 1$/m);
  assert.doesNotMatch(metrics, /^node_uptime/m);
  assert.match(metrics, /^node_load1 /m);

  const scrape = assert.rejects(
    fetch(`${program.url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '60' } }),
    { message: 'fetch failed' },
  );
  await getText(`${program.url}/health`);
  program.child.kill('SIGTERM');
  await waitFor(program, /msg=Stopping/);
  program.child.kill('SIGINT');
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGINT' });
  await scrape;
});
