import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createFolder } from './support/in-folder.ts';
import { getText, PROGRAM } from './support/program.ts';

// The README's own examples, copied out of it and run.

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The code below `<!-- name -->`. */
function exampleOf(name: string): string {
  const code = new RegExp(`<!-- ${name} -->\n\`\`\`ts\n(.*?)\`\`\``, 's').exec(README)?.[1];
  assert.ok(code, name);
  return code;
}

test("the README's collector is on the page as the README shows it", async () => {
  await using folder = await createFolder({
    'queue.ts': exampleOf('queue.ts'),
    ...{ 'spool/mail/1': '', 'spool/mail/2': '', 'spool/mail/3': '' },
  });
  const shown = /grep queue_depth\n(.*?)```/s.exec(README)?.[1];
  // git keeps no empty folder, and neither does this one.
  await using program = await folder.start('sh', '-c', 'mkdir -p spool/print && exec "$@"', '-', ...command());
  const page = await getText(`${program.url}/metrics`);
  assert.equal(page.match(/^.*queue_depth.*\n/gm)?.join(''), shown);
});

function command(): readonly string[] {
  return [process.execPath, PROGRAM, '--collector.disable-defaults', '--collector.module=./queue.ts'];
}

test("the README's exporter says what the README says of it", async (t) => {
  const server = createServer((_, response) => response.end('{"mail":3}'));
  server.listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jobs`;
  await using folder = await createFolder({
    'package.json': '{"type":"module"}',
    'shop-exporter.ts': exampleOf('shop-exporter.ts'),
    'node_modules/otel-node-exporter/package.json': JSON.stringify({ type: 'module', exports: './library.js' }),
    'node_modules/otel-node-exporter/library.js': `export * from ${JSON.stringify(pathToFileURL(PROGRAM).href)};`,
  });
  const flags = [`--shop.url=${url}`, `--scrape.target=${url}`];
  await using program = await folder.start(process.execPath, 'shop-exporter.ts', ...flags);
  // The first one may share the pass at the start.
  await getText(`${program.url}/metrics`);
  const page = await getText(`${program.url}/metrics`);
  assert.match(page, /^shop_jobs_waiting\{queue="mail"\} 3$/m);
  assert.match(page, /^shop_exporter_requests_total [23]$/m);
  assert.match(await getText(`${program.url}/scrape?target=${encodeURIComponent(url)}`), /^shop_up 1$/m);
  const listed = README.slice(README.indexOf('| `shop_up` |'), README.indexOf('With `targets`, '));
  for (const [, name = ''] of listed.matchAll(/`(shop_\w+)`/g)) {
    assert.match(page, new RegExp(`^# TYPE ${name} `, 'm'), name);
  }
  assert.ok(exampleOf('shop-exporter.ts').split('\n').length <= 32);
});
