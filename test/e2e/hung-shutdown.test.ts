import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { countHungThreads, missingFuse, mountHost } from './support/fuse.ts';
import { getText, type Program, startProgram, waitForOutput } from './support/program.ts';

/** Those whose series carry the host's name, and one that does not ask for it. */
const COLLECTORS = ['--collector.disable-defaults', '--collector.loadavg', '--collector.stat', '--collector.uptime'];

/** Begins a scrape that is cut off in the end, and waits until it hangs. */
async function hangOn({ url, child }: Program): Promise<{ readonly cutOff: Promise<void> }> {
  const scrape = fetch(`${url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '600' } });
  const cutOff = assert.rejects(scrape, { message: 'fetch failed' });
  await eventually(
    () => countHungThreads(child.pid),
    (threads) => threads > 0,
  );
  return { cutOff };
}

test('while the machine does not answer, the program is not ready at once and still ends', {
  skip: missingFuse(),
}, async () => {
  await using mount = await mountHost();
  // What is asked while it ends has to come in that time.
  const flags = [...COLLECTORS, `--path.rootfs=${mount.path}`, '--web.shutdown-delay=3s'];
  await using program = await startProgram(flags);
  assert.equal(await getText(`${program.url}/info/hostname`), 'node-1');
  // The first pass is over, and has left no request to the mount behind.
  await getText(`${program.url}/metrics`);
  await mount.stop();

  const { cutOff } = await hangOn(program);
  program.child.kill('SIGTERM');
  await waitForOutput(program, /msg=Stopping/);
  const ready = await fetch(`${program.url}/-/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, 'Shutting down']);
  await cutOff;
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGTERM' });
  assert.match(
    program.output(),
    /level=warn msg="Ending by SIGTERM because the machine does not answer: read \S+\/etc\/hostname"\n$/,
  );
});

test('a hung host name costs what carries it, and a second signal ends the program at once', {
  skip: missingFuse(),
}, async () => {
  await using mount = await mountHost();
  await using program = await startProgram([...COLLECTORS, `--path.rootfs=${mount.path}`]);
  // The first pass is over, and no other shares its fate.
  await getText(`${program.url}/metrics`);
  await mount.stop();
  const metrics = await getText(`${program.url}/metrics`, { 'X-Prometheus-Scrape-Timeout-Seconds': '2' });
  assert.match(metrics, /^node_scrape_collector_success\{collector="uptime"\} 0$/m);
  assert.match(metrics, /^node_scrape_collector_success\{collector="stat"\} 1$/m);
  assert.doesNotMatch(metrics, /^node_uptime/m);
  assert.match(metrics, /^node_load1 /m);

  const { cutOff } = await hangOn(program);
  program.child.kill('SIGTERM');
  await waitForOutput(program, /msg=Stopping/);
  program.child.kill('SIGINT');
  assert.deepEqual(await program.ended, { code: null, signal: 'SIGINT' });
  await cutOff;
});
