import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';

/** How many ticks `/proc/<pid>/stat` counts per second: USER_HZ, 100 on every Linux of today. */
const USER_HZ = 100;

/** A process that answers scrapes. */
export class MeasuredProcess implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly latencies: number[] = [];

  private constructor(name: string, child: ChildProcess, url: string) {
    this.name = name;
    this.#child = child;
    this.#url = url;
  }

  /**
   * Starts a command on a free port of the loopback.
   *
   * @param args given the address to listen on
   * @returns the target and how many milliseconds passed until its first answer
   */
  static async start(
    name: string,
    command: string,
    args: (address: string) => readonly string[],
  ): Promise<{ target: MeasuredProcess; startMs: number }> {
    const address = `127.0.0.1:${await freePort()}`;
    const startedAt = performance.now();
    const child = spawn(command, args(address), { stdio: 'ignore' });
    const target = new MeasuredProcess(name, child, `http://${address}/metrics`);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${name} ended with exit code ${child.exitCode}`);
      if (await target.#isAnswering()) return { target, startMs: performance.now() - startedAt };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async #isAnswering(): Promise<boolean> {
    try {
      await this.scrape();
      return true;
    } catch {
      // Refused until it listens.
      return false;
    }
  }

  async scrape(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    get(this.#url, { agent: this.#agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    }).on('error', reject);
    return promise;
  }

  /** Scrapes one after the other and remembers how long each took. */
  async scrapeTimed(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const startedAt = performance.now();
      await this.scrape();
      this.latencies.push(performance.now() - startedAt);
    }
  }

  /** CPU time so far, user and system, in milliseconds. */
  get cpuMs(): number {
    const fields = this.#stat.slice(this.#stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / USER_HZ;
  }

  get residentMiB(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  /** The files that it holds open. */
  get openFiles(): readonly string[] {
    const folder = `/proc/${this.#child.pid}/fd`;
    return readdirSync(folder).flatMap((descriptor) => {
      try {
        const path = readlinkSync(`${folder}/${descriptor}`);
        return path.startsWith('/') && statSync(path).isFile() ? [path] : [];
      } catch {
        // Closed meanwhile, or of a file that is gone.
        return [];
      }
    });
  }

  get #stat(): string {
    return readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
