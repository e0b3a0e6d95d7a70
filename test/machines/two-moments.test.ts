import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectors } from '../../src/collectors/index.ts';
import { assertGolden } from '../support/golden.ts';
import { createMachine, hostAt, type Machine } from '../support/machine.ts';
import { createScraper } from '../support/scrape.ts';
import { serverFiles } from './server/server.ts';

// Every collector that reads files, on one machine at two moments.

/** They ask other programs. */
const OTHERS: ReadonlySet<string> = new Set(['containers', 'container-pids', 'logind', 'ntp', 'systemd']);

const STATFS = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 40, ffree: 30 };
const OPTIONS = { statfs: { statfsSync: () => STATFS, statfs: async () => STATFS } };

function scraperOf(machine: Machine): () => Promise<string> {
  const scrape = createScraper(hostAt(machine.root, OPTIONS), [
    ...collectors.map(({ name }) => (OTHERS.has(name) ? `--no-collector.${name}` : `--collector.${name}`)),
    '--collector.stat.softirq',
    '--collector.bcache.priorityStats',
    '--collector.sysctl.include=kernel.threads-max',
    `--collector.textfile.directory=${machine.root}/textfile`,
  ]);
  // When the text files were written, and in which folder, differs from run to run.
  return async () =>
    (await scrape()).replaceAll(machine.root, '').replaceAll(/^(node_textfile_mtime_seconds\{.*\}) .*$/gm, '$1 0');
}

/** As a kernel does it: what is gone is gone, and all other files stay the same ones with another text. */
async function moveOn(machine: Machine): Promise<void> {
  const later = serverFiles(1);
  const links = Object.entries(later).filter(([, content]) => typeof content === 'object' && 'link' in content);
  const isLink = new Set(links.map(([path]) => path));
  for (const path of Object.keys(serverFiles(0))) if (!(path in later)) await machine.remove(path.replace(/\/$/, ''));
  await machine.write(Object.fromEntries(Object.entries(later).filter(([path]) => !isLink.has(path))));
}

test('a whole scrape of a server tells what is there, and a moment later what has become of it', async () => {
  await using machine = await createMachine(serverFiles(0));
  const scrape = scraperOf(machine);
  const first = await scrape();
  assertGolden('server-t0.prom', first);
  assert.equal(await scrape(), first);
  await moveOn(machine);
  const second = await scrape();
  assertGolden('server-t1.prom', second);
  // What was there before has left nothing behind: a program that knows only this moment says the same.
  assert.equal(await scraperOf(machine)(), second);
});
