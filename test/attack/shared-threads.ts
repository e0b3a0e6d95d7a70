import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FuseMount, MOUNT_PREFIX, mountFuse, mountHost } from '../e2e/support/fuse.ts';
import { type Program, startProgram } from '../e2e/support/program.ts';

export interface HungFileFigures {
  /** True if the scrape contains `node_load`, which requires the name of the host. */
  readonly hasLoad: boolean;
  /** True if the scrape contains `node_os_info`. */
  readonly hasOs: boolean;
  readonly hostname: string;
  readonly seconds: number;
}

/** Makes four directories of text files hang, and scrapes the program twice. The figures are those of the second scrape. */
export async function attackTextFiles(): Promise<HungFileFigures> {
  await using rootfs = await mountHost();
  await using hung = await mountFuse();
  await writeFile(join(rootfs.source, 'etc/os-release'), 'ID=debian\n');
  const directories = ['a', 'b', 'c', 'd'];
  for (const name of directories) await mkdir(join(hung.source, name));
  const flags = ['loadavg', 'uptime', 'os', 'textfile'].map((name) => `--collector.${name}`);
  await using program = await startProgram([
    '--collector.disable-defaults',
    ...flags,
    `--path.rootfs=${rootfs.path}`,
    ...directories.map((name) => `--collector.textfile.directory=${join(hung.path, name)}`),
  ]);
  await scrape(program);
  await hung.stop();
  await scrape(program, 6);
  const { text, seconds } = await scrape(program, 6);
  const hostname = await (await fetch(`${program.url}/info/hostname`)).text();
  return { hasLoad: /^node_load\{/m.test(text), hasOs: /^node_os_info\{/m.test(text), hostname, seconds };
}

/**
 * Makes mounts hang, and scrapes the program by two callers for `seconds`.
 *
 * @returns the duration of each scrape in seconds, in the order of their ends
 */
export async function attackMounts(mounts: number, seconds: number): Promise<readonly number[]> {
  await using stack = new AsyncDisposableStack();
  const hung: FuseMount[] = [];
  for (let index = 0; index < mounts; index += 1) hung.push(stack.use(await mountFuse()));
  const program = stack.use(
    await startProgram([
      '--collector.disable-defaults',
      '--collector.filesystem',
      '--path.rootfs=/',
      `--collector.filesystem.mount-points-include=^${tmpdir()}/${MOUNT_PREFIX}[^/]+/mounted$`,
    ]),
  );
  await scrape(program);
  for (const mount of hung) await mount.stop();
  const durations: number[] = [];
  const end = performance.now() + seconds * 1000;
  const call = async (query: string): Promise<void> => {
    while (performance.now() < end) durations.push((await scrape(program, 5, query)).seconds);
  };
  const first = call('');
  // The second caller starts while the first scrape waits, and its filter prevents that both share a pass.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await Promise.all([first, call('?collect[]=filesystem')]);
  return durations;
}

async function scrape({ url }: Program, timeout = 10, query = ''): Promise<{ text: string; seconds: number }> {
  const startedAt = performance.now();
  const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeout) };
  const text = await (await fetch(`${url}/metrics${query}`, { headers })).text();
  return { text, seconds: (performance.now() - startedAt) / 1000 };
}
