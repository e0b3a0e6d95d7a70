import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { freePort } from '../e2e/support/free-port.ts';

/** Ticks per second in `/proc/<pid>/stat`. The value is 100 on all current architectures. */
const USER_HZ = 100;

/** A server process. The class measures its latency, CPU time and memory. */
export class MeasuredServer implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  /** Duration of each timed scrape in milliseconds. */
  readonly latencies: number[] = [];

  private constructor(name: string, child: ChildProcess, url: string) {
    this.name = name;
    this.#child = child;
    this.#url = url;
  }

  /**
   * Starts a command on a free port of the loopback interface.
   *
   * @param args returns the arguments of the command for a listen address
   * @returns the server, and the time until its first response in milliseconds
   */
  static async start(
    name: string,
    command: string,
    args: (address: string) => readonly string[],
  ): Promise<{ server: MeasuredServer; startMs: number }> {
    const address = `127.0.0.1:${await freePort()}`;
    const startedAt = performance.now();
    const child = spawn(command, args(address), { stdio: 'ignore' });
    const server = new MeasuredServer(name, child, `http://${address}/metrics`);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`Cannot start ${name}: exit code ${child.exitCode}`);
      if (await server.#isReady()) return { server, startMs: performance.now() - startedAt };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      await this.scrape();
      return true;
    } catch {
      // The connection is refused until the server listens.
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

  /** Scrapes the server several times, one scrape after the other, and records each latency. */
  async scrapeTimed(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const startedAt = performance.now();
      await this.scrape();
      this.latencies.push(performance.now() - startedAt);
    }
  }

  /** User and system CPU time of the process in milliseconds. */
  get cpuMs(): number {
    const fields = this.#stat.slice(this.#stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / USER_HZ;
  }

  get residentMiB(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  /** Number of open file descriptors of the process. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  get threads(): number {
    return readdirSync(`/proc/${this.#child.pid}/task`).length;
  }

  /** Paths of the regular files that are open in the process. */
  get openFiles(): readonly string[] {
    const directory = `/proc/${this.#child.pid}/fd`;
    return readdirSync(directory).flatMap((descriptor) => {
      try {
        const path = readlinkSync(`${directory}/${descriptor}`);
        return path.startsWith('/') && statSync(path).isFile() ? [path] : [];
      } catch {
        // Meanwhile, the process closed the descriptor, or the file was removed.
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
