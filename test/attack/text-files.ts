import { mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../e2e/support/program.ts';

export interface TextFileFigures {
  /** Longest response time of `/health` during the scrapes, in milliseconds. */
  readonly maxHealthMs: number;
  /** Duration of the longest scrape, in seconds. */
  readonly maxScrapeSeconds: number;
  readonly residentMiB: number;
  readonly refused: number;
  readonly output: string;
}

/** Creates files for an attack in a directory. */
export type CreateFiles = (directory: string) => Promise<void>;

export const links: CreateFiles = async (directory) => {
  for (const name of ['environ', 'pagemap', 'maps'])
    await symlink(`/proc/self/${name}`, join(directory, `${name}.prom`));
};

/** One valid file of 8 MiB. */
export const largeFile: CreateFiles = async (directory) => {
  const lines = Array.from(
    { length: 100_000 },
    (_, index) => `backup_bytes{volume="volume-${index}",tape="1",host="a"} 1`,
  );
  await writeFile(
    join(directory, 'large.prom'),
    `${lines.join('\n')}\n${'# a comment that fills the file\n'.repeat(90_000)}`,
  );
};

/** Valid files whose size is just below the limit of an exporter with much memory. */
export const fullFiles: CreateFiles = async (directory) => {
  for (let file = 0; file < 4; file += 1) {
    const lines = Array.from({ length: 7000 }, (_, index) => `m${file}_${index} 1\n`);
    await writeFile(join(directory, `${file}.prom`), lines.join(''));
  }
};

export const manyFiles: CreateFiles = async (directory) => {
  for (let file = 0; file < 100_000; file += 500) {
    const names = Array.from({ length: 500 }, (_, index) => join(directory, `${file + index}.prom`));
    await Promise.all(names.map((name, index) => writeFile(name, `m${file + index} 1\n`)));
  }
};

/** Scrapes the program three times while the directory of text files contains the files of an attacker. */
export async function attack(create: CreateFiles): Promise<TextFileFigures> {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'text-files-'));
  await create(directory.path);
  await using program = await startProgram([`--collector.textfile.directory=${directory.path}`], {
    ...process.env,
    SECRET: 'S3CRET',
  });
  let isDone = false;
  let maxHealthMs = 0;
  const watch = async (): Promise<void> => {
    while (!isDone) {
      const startedAt = performance.now();
      await (await fetch(`${program.url}/health`)).text();
      maxHealthMs = Math.max(maxHealthMs, performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const watching = watch();
  let [maxScrapeSeconds, refused] = [0, 0];
  try {
    for (let scrapes = 0; scrapes < 3; scrapes += 1) {
      const startedAt = performance.now();
      const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '5' };
      const text = await (await fetch(`${program.url}/metrics`, { headers })).text();
      maxScrapeSeconds = Math.max(maxScrapeSeconds, (performance.now() - startedAt) / 1000);
      for (const [, count] of text.matchAll(/^node_exporter_limit_exceeded_total\{limit="text_file\w*"\} (\d+)$/gm)) {
        refused = Math.max(refused, Number(count));
      }
    }
  } finally {
    isDone = true;
    await watching.catch(() => undefined);
  }
  const status = await readFile(`/proc/${program.child.pid}/status`, 'utf8');
  const residentMiB = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  return { maxHealthMs: Math.round(maxHealthMs), maxScrapeSeconds, residentMiB, refused, output: program.output() };
}
