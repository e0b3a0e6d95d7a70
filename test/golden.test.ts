import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectors as definitions } from '../src/collectors/index.ts';
import { readConfig } from '../src/config.ts';
import { PrometheusOutput } from '../src/export/scrape.ts';
import { Gatherer } from '../src/gather.ts';
import { Scrapes } from '../src/self/scrapes.ts';
import { conventionsOf, machines, recorded, textOf } from './semconv/machines.ts';

// A whole scrape of each recorded machine, and all that the conventions say of it. `npm run golden` writes what is expected anew: the diff is the review.

const GOLDEN = join(import.meta.dirname, 'golden');

async function scrape(machine: string): Promise<string> {
  const { collectors, all } = readConfig({ argv: [], env: {}, definitions });
  const scrapes = new Scrapes([]);
  const output = new PrometheusOutput({
    gatherer: new Gatherer({
      host: recorded(machine),
      collectors: collectors.map((definition) => definition.create(all)),
      descriptions: [scrapes],
      observe: () => undefined,
    }),
    resource: { 'service.name': 'otel-node-exporter' },
    version: '',
    namespace: 'node',
    scopeInfo: false,
  });
  const { body } = await output.scrape({ deadline: performance.now() + 60_000 });
  return body.toString().replaceAll(/^(node_scrape_collector_duration_seconds\{.*\}) .*$/gm, '$1 0');
}

function compare(file: string, text: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'));
}

for (const name of machines()) {
  test(`a whole scrape of ${name} is what it was`, async () => {
    compare(`${name}.prom`, await scrape(name));
  });

  test(`what the conventions say of ${name} is what it was`, async () => {
    compare(`${name}.semconv`, textOf(await conventionsOf(recorded(name), [])()));
  });
}
