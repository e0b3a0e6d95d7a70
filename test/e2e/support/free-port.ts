import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Port numbers below the ephemeral ports of Linux: the kernel never assigns them to a connection. The first candidate
 * depends on the process ID, so that tests that run at the same time use different ports.
 */
const [FIRST, COUNT] = [20_000, 10_000];
const candidates = (function* (): Generator<number, number> {
  for (let next = process.pid * 17; ; next += 1) yield FIRST + (next % COUNT);
})();

/**
 * Returns a free port of the loopback interface for programs that cannot listen on port 0. Each call returns another port.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const { value: port } = candidates.next();
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    // Another program listens on the port.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
