import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak } from '../soak/soak.ts';

/** The host has about 400 files that may stay open. A leak of one container for each scrape would add 2,500. */
const MAX_DESCRIPTORS = 600;

test('the program needs no more descriptors and threads while a host changes before each of 200 scrapes', async () => {
  const { windows, pushes, series } = await soak({ scrapes: 200, scrapesPerWindow: 100 });
  assert.ok(series > 1000, `${series} series`);
  assert.ok(pushes > 2, `${pushes} pushes`);
  const [first, last] = windows;
  assert.equal(last?.threads, first?.threads);
  for (const { descriptors } of windows) assert.ok(descriptors < MAX_DESCRIPTORS, `${descriptors} descriptors`);
});
