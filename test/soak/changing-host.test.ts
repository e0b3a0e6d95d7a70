import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { queryObjects } from 'node:v8';
import { openHost } from '../support/host-tree.ts';
import { createScraper } from '../support/scraper.ts';
import { ChangingHost } from './changing-host.ts';
import { FAST_DIRECTORY } from './memory-directory.ts';

const STATFS = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 40, ffree: 30 };
const OPTIONS = { statfs: { statfsSync: () => STATFS, statfs: async () => STATFS } };
/** Scrapes after which every cache has its usual size. */
const WARM_UP = 60;
const SCRAPES = 150;
/** The host has about 400 files that may stay open. A leak of one container for each scrape would add 2,000. */
const MAX_DESCRIPTORS = 600;
/** Differences that have other reasons: a cache holds the containers of some passes until their directories are unused. */
const MAX_NEW_OBJECTS = 300;

/** Returns the number of objects that are still referenced. */
function countObjects(): number {
  // The declaration of queryObjects() has no overload for the constructor of all objects.
  return queryObjects(Object as never, { format: 'count' });
}

test(`${SCRAPES} scrapes of a changing host leave no objects, descriptors or threads behind`, async (t) => {
  const root = await mkdtemp(join(FAST_DIRECTORY, 'changing-'));
  t.after(() => rm(root, { recursive: true }));
  const host = new ChangingHost(root);
  const flags = host.flags.filter((flag) => /^--(?:no-)?collector/.test(flag));
  const scrape = createScraper(openHost(root, OPTIONS), flags);
  const scrapeOften = async (count: number): Promise<string> => {
    let text = '';
    for (let done = 0; done < count; done += 1) {
      host.step();
      text = await scrape();
    }
    return text;
  };
  const seriesOf = (text: string): number => text.split('\n').filter((line) => /^[^#]/.test(line)).length;
  const series = seriesOf(await scrapeOften(WARM_UP));
  const [objects, threads] = [countObjects(), readdirSync('/proc/self/task').length];
  assert.equal(seriesOf(await scrapeOften(SCRAPES)), series);
  const added = countObjects() - objects;
  assert.ok(added < MAX_NEW_OBJECTS, `${added} more objects`);
  assert.equal(readdirSync('/proc/self/task').length, threads);
  assert.ok(readdirSync('/proc/self/fd').length < MAX_DESCRIPTORS);
});
