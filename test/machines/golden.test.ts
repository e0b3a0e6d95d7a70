import { test } from 'node:test';
import { formatFamilies, semconvPasses } from '../semconv/semconv-pass.ts';
import { recordedHost, recordedHostNames } from '../semconv/test-hosts.ts';
import { assertGolden } from '../support/golden.ts';
import { createScraper } from '../support/scraper.ts';

for (const name of recordedHostNames()) {
  test(`a scrape of the recorded host ${name} equals its golden page`, async () => {
    assertGolden(`${name}.prom`, await createScraper(recordedHost(name))());
  });

  test(`a semconv pass over the recorded host ${name} equals its golden file`, async () => {
    assertGolden(`${name}.semconv`, formatFamilies(await semconvPasses(recordedHost(name), [])()));
  });
}
