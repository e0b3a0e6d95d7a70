import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { kill, run, waitForOutput } from '../support/program.ts';

/** A real Redis of the test's own on the loopback; it writes nothing. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
}

export interface RedisOptions {
  /** Another one's that has ended; default: a free one. */
  readonly port?: number;
  readonly flags?: readonly string[];
  /** Put before the command: where it runs. */
  readonly enter?: readonly string[];
}

export async function startRedis({ port, flags = [], enter = [] }: RedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const own = port ?? (await freePort());
  const [command = '', ...args] = [...enter, 'redis-server', '--port', String(own), '--bind', '127.0.0.1'];
  const started = run(command, [...args, '--dir', folder, '--save', '', ...flags]);
  await waitForOutput(started, /Ready to accept connections/);
  return {
    port: own,
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
