import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Page, readPage } from '../docs/markdown.ts';
import { getText, PROGRAM } from './support/program.ts';
import { createTempDirectory } from './support/temp-directory.ts';

// The tests run the code examples in the documentation.

function exampleOf({ path, examples }: Page, name: string): string {
  return examples.get(name) ?? assert.fail(`Missing example ${name} in ${path}`);
}

for (const path of ['README.md', 'docs/custom-collectors.md']) {
  test(`the collector in ${path} exports the metrics that the page shows`, async () => {
    const guide = readPage(path);
    await using directory = await createTempDirectory({
      'queue.ts': exampleOf(guide, 'queue.ts'),
      ...{ 'spool/mail/1': '', 'spool/mail/2': '', 'spool/mail/3': '' },
    });
    const shown = /grep queue_depth\n(.*?)```/s.exec(guide.text)?.[1];
    // Create the empty directory `print` with a command, because createTempDirectory() only creates directories with
    // files.
    await using program = await directory.start('sh', '-c', 'mkdir -p spool/print && exec "$@"', '-', ...command());
    const page = await getText(`${program.url}/metrics`);
    assert.equal(page.match(/^.*queue_depth.*\n/gm)?.join(''), shown);
  });
}

function command(): readonly string[] {
  return [process.execPath, PROGRAM, '--collector.disable-defaults', '--collector.module=./queue.ts'];
}

test('the exporter in docs/custom-exporters.md exports the metrics that the page lists', async (t) => {
  const guide = readPage('docs/custom-exporters.md');
  const example = exampleOf(guide, 'shop-exporter.ts');
  const server = createServer((_, response) => response.end('{"mail":3}'));
  server.listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jobs`;
  await using directory = await createTempDirectory({
    'package.json': '{"type":"module"}',
    'shop-exporter.ts': example,
    'node_modules/otel-node-exporter/package.json': JSON.stringify({ type: 'module', exports: './library.js' }),
    'node_modules/otel-node-exporter/library.js': `export * from ${JSON.stringify(pathToFileURL(PROGRAM).href)};`,
  });
  const flags = [`--shop.url=${url}`, `--scrape.target=${url}`];
  await using program = await directory.start(process.execPath, 'shop-exporter.ts', ...flags);
  // The scrape may use the result of the pass at startup, so the number of passes is 2 or 3.
  await getText(`${program.url}/metrics`);
  const page = await getText(`${program.url}/metrics`);
  assert.match(page, /^shop_jobs_waiting\{queue="mail"\} 3$/m);
  assert.match(page, /^shop_exporter_requests_total [23]$/m);
  assert.match(await getText(`${program.url}/scrape?target=${encodeURIComponent(url)}`), /^shop_up 1$/m);
  const { text } = guide;
  const listed = text.slice(text.indexOf('| `shop_up` |'), text.indexOf('With `targets`, '));
  const names = [...listed.matchAll(/`(shop_\w+)`/g)].map(([, name = '']) => name);
  assert.ok(names.length > 5);
  for (const name of names) assert.match(page, new RegExp(`^# TYPE ${name} `, 'm'), name);
  assert.ok(example.split('\n').length <= 32);
});
