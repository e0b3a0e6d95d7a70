import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that Linux gives to whoever does not ask for one, such as a connection of another program: one of those might
 * be gone again before it is used. The process decides where to begin, so that tests that run beside each other do not
 * find the same ones.
 */
const [FIRST, COUNT] = [20_000, 10_000];
const candidates = (function* (): Generator<number, number> {
  for (let next = process.pid * 17; ; next += 1) yield FIRST + (next % COUNT);
})();

/** A port of the loopback that nobody listens on, for programs that cannot choose one themselves; never the same twice. */
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
    // Somebody listens there.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
