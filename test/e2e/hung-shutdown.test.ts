import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { countHungThreads, missingFuse, mountHost } from './support/fuse.ts';
import { getText, type Program, startProgram, waitForOutput } from './support/program.ts';

/**
 * Collectors that differ in their use of the hostname: all series of `uptime`, some of `loadavg` and none of `stat`
 * contain it.
 */
const COLLECTORS = ['--collector.disable-defaults', '--collector.loadavg', '--collector.stat', '--collector.uptime'];

/**
 * Starts a scrape and waits until a thread of the program hangs. `aborted` resolves when the program closes the
 * connection.
 */
async function startHungScrape({ url, child }: Program): Promise<{ readonly aborted: Promise<void> }> {
  const scrape = fetch(`${url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '600' } });
  const aborted = assert.rejects(scrape, { message: 'fetch failed' });
  await eventually(
    () => countHungThreads(child.pid),
    (threads) => threads > 0,
  );
  return { aborted };
}

test('the program reports not ready and exits after SIGTERM while the host does not respond', {
  skip: missingFuse(),
}, async () => {
  await using mount = await mountHost();
  // The delay keeps the program running during the requests below.
  const flags = [...COLLECTORS, `--path.rootfs=${mount.path}`, '--web.shutdown-delay=3s'];
  await using program = await startProgram(flags);
  assert.equal(await getText(`${program.url}/info/hostname`), 'node-1');
  // After this scrape, the pass at startup has ended.
  await getText(`${program.url}/metrics`);
  await mount.stop();

  const { aborted } = await startHungScrape(program);
  program.child.kill('SIGTERM');
  await waitForOutput(program, /msg=Stopping/);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'Shutting down']);
  await aborted;
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGTERM' });
  assert.match(program.output(), /level=warn msg="Exiting by SIGTERM because calls hang: read \S+\/etc\/hostname"\n$/);
});

test('a hung hostname affects only the series that carry it, and a second signal ends the program at once', {
  skip: missingFuse(),
}, async () => {
  await using mount = await mountHost();
  await using program = await startProgram([...COLLECTORS, `--path.rootfs=${mount.path}`]);
  // After this scrape, the pass at startup has ended.
  await getText(`${program.url}/metrics`);
  await mount.stop();
  const metrics = await getText(`${program.url}/metrics`, { 'X-Prometheus-Scrape-Timeout-Seconds': '2' });
  assert.match(metrics, /^node_scrape_collector_success\{collector="uptime"\} 0$/m);
  assert.match(metrics, /^node_scrape_collector_success\{collector="stat"\} 1$/m);
  assert.doesNotMatch(metrics, /^node_uptime/m);
  assert.match(metrics, /^node_load1 /m);

  const { aborted } = await startHungScrape(program);
  program.child.kill('SIGTERM');
  await waitForOutput(program, /msg=Stopping/);
  program.child.kill('SIGINT');
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGINT' });
  await aborted;
});
