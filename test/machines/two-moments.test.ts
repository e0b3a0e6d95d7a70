import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectors } from '../../src/collectors/index.ts';
import { assertGolden } from '../support/golden.ts';
import { createHostTree, type HostTree, openHost } from '../support/host-tree.ts';
import { createScraper } from '../support/scraper.ts';
import { serverFiles } from './server/server.ts';

// The test scrapes one host at two moments, with each collector that reads files.

/** Collectors that get their data from other programs. */
const WITHOUT_FILES: ReadonlySet<string> = new Set(['containers', 'container-pids', 'logind', 'ntp', 'systemd']);

const STATFS = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 40, ffree: 30 };
const OPTIONS = { statfs: { statfsSync: () => STATFS, statfs: async () => STATFS } };

function createServerScraper(machine: HostTree): () => Promise<string> {
  const scrape = createScraper(openHost(machine.root, OPTIONS), [
    ...collectors.map(({ name }) => (WITHOUT_FILES.has(name) ? `--no-collector.${name}` : `--collector.${name}`)),
    '--collector.stat.softirq',
    '--collector.bcache.priorityStats',
    '--collector.sysctl.include=kernel.threads-max',
    `--collector.textfile.directory=${machine.root}/textfile`,
  ]);
  // Remove the directory from the text and set the modification times to 0, because both differ from run to run.
  return async () =>
    (await scrape()).replaceAll(machine.root, '').replaceAll(/^(node_textfile_mtime_seconds\{.*\}) .*$/gm, '$1 0');
}

/**
 * Changes the files as a kernel does: removes the files that no longer exist, and writes the others without replacing
 * them.
 */
async function moveToSecondMoment(machine: HostTree): Promise<void> {
  const second = serverFiles(1);
  const links = Object.entries(second).filter(([, content]) => typeof content === 'object' && 'link' in content);
  const isLink = new Set(links.map(([path]) => path));
  for (const path of Object.keys(serverFiles(0))) {
    if (!(path in second)) await machine.remove(path.replace(/\/$/, ''));
  }
  await machine.write(Object.fromEntries(Object.entries(second).filter(([path]) => !isLink.has(path))));
}

test('a scrape of a server equals its golden page at the first moment and at the second', async () => {
  await using machine = await createHostTree(serverFiles(0));
  const scrape = createServerScraper(machine);
  const first = await scrape();
  assertGolden('server-t0.prom', first);
  assert.equal(await scrape(), first);
  await moveToSecondMoment(machine);
  const second = await scrape();
  assertGolden('server-t1.prom', second);
  // No data of the first moment remains: a new exporter, which reads only the second moment, responds with the same text.
  assert.equal(await createServerScraper(machine)(), second);
});
