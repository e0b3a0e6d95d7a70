import { test } from 'node:test';
import { conventionsOf, machines, recorded, textOf } from '../semconv/machines.ts';
import { assertGolden } from '../support/golden.ts';
import { createScraper } from '../support/scrape.ts';

// A whole scrape of each recorded machine, and all that the conventions say of it.

for (const name of machines()) {
  test(`a whole scrape of ${name} is what it was`, async () => {
    assertGolden(`${name}.prom`, await createScraper(recorded(name))());
  });

  test(`what the conventions say of ${name} is what it was`, async () => {
    assertGolden(`${name}.semconv`, textOf(await conventionsOf(recorded(name), [])()));
  });
}
