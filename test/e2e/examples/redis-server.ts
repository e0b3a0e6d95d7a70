import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { kill, run, waitFor } from '../support/program.ts';

/** A real Redis of the test's own on the loopback; it writes nothing. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
}

/** @param port another one's that has ended; default: a free one */
export async function startRedis(port?: number, flags: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const own = port ?? (await freePort());
  const started = run('redis-server', [
    ...['--port', String(own), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...flags],
  ]);
  await waitFor(started, /Ready to accept connections/);
  return {
    port: own,
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
