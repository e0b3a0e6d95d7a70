import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { getText, kill, PROGRAM, run, waitForOutput } from './support/program.ts';
import { createTempDirectory } from './support/temp-directory.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Options of Node.js in the ENTRYPOINT of the image. */
const OPTIONS = nodeOptions(/^ENTRYPOINT (\[[^\]]*\])/m);

/** A module that attempts what the permission model forbids. The value of each attempt is 0 if it was refused. */
const ATTEMPTS = `
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { dlopen } from 'node:ffi';
import { Worker } from 'node:worker_threads';
import { gauge } from 'otel-node-exporter';

const allowed = gauge('attempt_allowed', '1 if the process may do this.', ['attempt']);
const attempts = {
  addon: () => process.dlopen({ exports: {} }, '/none.node'),
  child: () => execFileSync('/bin/true'),
  ffi: () => dlopen(null, {}),
  inspector: () => process.getBuiltinModule('node:inspector').open(0),
  link: () => symlinkSync('/', import.meta.dirname + '/link'),
  proc: () => writeFileSync('/proc/self/comm', 'x'),
  worker: () => new Worker('0', { eval: true }),
  write: () => writeFileSync(import.meta.dirname + '/written', 'x'),
};
const refused = ['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED'];
export const attempt = {
  name: 'attempt',
  families: [allowed],
  collect(_host, emit) {
    for (const [name, act] of Object.entries(attempts)) {
      let isAllowed = 1;
      try { act(); } catch (error) { isAllowed = refused.includes(error.code) ? 0 : 1; }
      emit(allowed, isAllowed, { attempt: name });
    }
  },
};`;

interface Scrape {
  readonly page: string;
  readonly output: string;
}

/** Starts the program with options of Node.js, and returns the first scrape and the log. */
async function scrape(options: readonly string[], flags: readonly string[]): Promise<Scrape> {
  const started = run(process.execPath, [...options, PROGRAM, '--web.listen-address=127.0.0.1:0', ...flags]);
  try {
    const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
    return { page: await getText(`${url}/metrics`), output: started.output() };
  } finally {
    await kill(started);
  }
}

/** Returns the options between the path of Node.js and the path of the program in a JSON list of the Dockerfile. */
function nodeOptions(pattern: RegExp): readonly string[] {
  const list = pattern.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ''))?.[1];
  const command: unknown = JSON.parse(list ?? '');
  assert.ok(Array.isArray(command));
  const words = command.map(String);
  return words.slice(1, words.indexOf('/app/main.mjs'));
}

test('the image, its health check and the systemd unit pass the same options to Node.js', () => {
  assert.deepEqual(OPTIONS, [
    '--permission',
    '--allow-fs-read=*',
    '--allow-net',
    '--allow-ffi',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=PERM0003',
  ]);
  assert.deepEqual(nodeOptions(/CMD (\[[^\]]*\])/), OPTIONS);
  const unit = readFileSync(join(ROOT, 'packaging/otel-node-exporter.service'), 'utf8').replaceAll('\\\n', '');
  const [, ...command] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(/\s+/) ?? [];
  assert.deepEqual(command.slice(0, -1), OPTIONS);
});

test('a process with the options of the image cannot write, start programs or load native code', async () => {
  await using directory = await createTempDirectory({ 'attempts.mjs': ATTEMPTS });
  const flags = [`--collector.module=${directory.path}/attempts.mjs`, '--collector.disable-defaults'];
  const { page, output } = await scrape(OPTIONS, flags);
  const names = ['addon', 'child', 'ffi', 'inspector', 'link', 'proc', 'worker', 'write'];
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('attempt_allowed{')),
    names.map((name) => `attempt_allowed{attempt="${name}"} 0`),
  );
  assert.ok(!existsSync(`${directory.path}/written`));
  assert.doesNotMatch(output, /Warning/);
});

test('a process with the options of the image exports the same families as without them', async () => {
  const familiesOf = ({ page }: Scrape): readonly string[] => page.match(/^# TYPE .*$/gm) ?? [];
  const flags = ['--collector.processes', '--collector.slabinfo', '--collector.filesystem.mount-points-include=^/$'];
  const families = familiesOf(await scrape([], flags));
  assert.ok(families.length > 100);
  assert.deepEqual(familiesOf(await scrape(OPTIONS, flags)), families);
});

test('a read that the permission model refuses costs only what it reads, and is logged with its path', async () => {
  const options = ['--permission', '--allow-fs-read=/proc', `--allow-fs-read=${ROOT}`, '--allow-net'];
  const { page, output } = await scrape(options, ['--collector.bonding']);
  assert.match(page, /^node_load1 /m);
  assert.match(page, /^node_cpu_seconds_total\{/m);
  assert.match(page, /^node_scrape_collector_success\{collector="bonding"\} 0$/m);
  assert.match(output, /msg="Cannot read \/sys\/class\/net: forbidden by the permission model of Node\.js"/);
  assert.doesNotMatch(output, /ERR_ACCESS_DENIED|Access to this API/);
});
