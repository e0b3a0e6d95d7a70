import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { kill, run, waitForOutput } from '../support/program.ts';

/** A Redis server that listens on the loopback interface and writes no data to disk. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
}

export interface RedisOptions {
  /** Port of the server; default: a free port. */
  readonly port?: number;
  readonly flags?: readonly string[];
  /** Command that runs Redis in other namespaces. The command line of Redis is appended to it. */
  readonly enter?: readonly string[];
}

export async function startRedis({ port, flags = [], enter = [] }: RedisOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-'));
  const listenPort = port ?? (await freePort());
  const [command = '', ...args] = [...enter, 'redis-server', '--port', String(listenPort), '--bind', '127.0.0.1'];
  const started = run(command, [...args, '--dir', directory, '--save', '', ...flags]);
  await waitForOutput(started, /Ready to accept connections/);
  return {
    port: listenPort,
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
