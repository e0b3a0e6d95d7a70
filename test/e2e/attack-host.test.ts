import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as deadDns from '../attack/dead-dns.ts';
import * as descriptors from '../attack/descriptors.ts';
import * as sharedThreads from '../attack/shared-threads.ts';
import * as specialFiles from '../attack/special-files.ts';
import * as textFiles from '../attack/text-files.ts';
import { missingFuse } from './support/fuse.ts';

test('the program serves every scrape with a limit of 64 open files', async () => {
  const { statuses, output } = await descriptors.attack(64);
  assert.deepEqual(
    statuses,
    Array.from({ length: 10 }, () => 200),
    output,
  );
});

test('the program refuses to start with too few open files, with one line', async () => {
  const { exitCode, output } = await descriptors.attack(32);
  assert.equal(exitCode, 1);
  assert.match(output, /^otel-node-exporter: Cannot start: the limit of open files is 32, expected at least \d+\n$/);
});

for (const flag of ['config.file', 'collector.module', 'otlp.certificate']) {
  test(`the program refuses a file without an end for --${flag}`, { timeout: 60_000 }, async () => {
    const { code, output } = await specialFiles.attack(`--${flag}=/dev/zero`);
    assert.ok(code === 1 || code === 2, output);
    assert.match(output, /^otel-node-exporter: Cannot (read|load module) \/dev\/zero: [^\n]+\n$/);
  });
}

test('the program writes no secrets of links, and leaves large text files out', { timeout: 120_000 }, async () => {
  for (const create of [textFiles.links, textFiles.largeFile]) {
    const { output, refused } = await textFiles.attack(create);
    assert.doesNotMatch(output, /S3CRET/);
    assert.ok(refused > 0);
  }
});

test('hung text files cost neither the name of the host nor other values of its disk', {
  skip: missingFuse(),
  timeout: 120_000,
}, async () => {
  const { hasLoad, hasOs, hostname } = await sharedThreads.attackTextFiles();
  assert.deepEqual({ hasLoad, hasOs, hostname }, { hasLoad: true, hasOs: true, hostname: 'node-1' });
});

test('24 hung mounts delay only the first scrapes of two callers', {
  skip: missingFuse(),
  timeout: 120_000,
}, async () => {
  const durations = await sharedThreads.attackMounts(24, 8);
  // Without the limit of stuck calls, each of the scrapes takes four seconds.
  assert.ok(durations.length > 10, String(durations));
});

test('the program stops within two seconds while a name server does not respond', {
  skip: deadDns.missingNamespaces(),
  timeout: 120_000,
}, async () => {
  const { seconds, output } = await deadDns.attack();
  assert.match(output, /msg="Exiting by SIGTERM because calls hang: lookup of a host name"\n$/);
  // Without the signal, the program waits for half a minute.
  assert.ok(seconds < 10, String(seconds));
});
