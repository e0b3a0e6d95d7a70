import { kill, PROGRAM, run, waitForOutput } from '../e2e/support/program.ts';

export interface DescriptorFigures {
  /** Exit code of the program; `undefined` if it runs. */
  readonly exitCode: number | null | undefined;
  /** Status of each scrape; 0 if the connection was reset. */
  readonly statuses: readonly number[];
  readonly output: string;
}

/** Starts the program with a limit of open files, and scrapes it ten times. */
export async function attack(limit: number): Promise<DescriptorFigures> {
  const command = `ulimit -n ${limit} && exec "$0" "$1" --web.listen-address=127.0.0.1:0`;
  const program = run('sh', ['-c', command, process.execPath, PROGRAM]);
  try {
    const url = await Promise.race([waitForOutput(program, /http:\/\/127\.0\.0\.1:\d+/), program.ended]);
    if (typeof url !== 'string') return { exitCode: url.code, statuses: [], output: program.output() };
    const statuses: number[] = [];
    for (let scrapes = 0; scrapes < 10; scrapes += 1) statuses.push(await statusOf(`${url}/metrics`));
    return { exitCode: undefined, statuses, output: program.output() };
  } finally {
    await kill(program);
  }
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url, { headers: { Connection: 'close' } });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
