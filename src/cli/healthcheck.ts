/**
 * `--healthcheck`: a short process that asks the running exporter whether it lives, for Docker's HEALTHCHECK and whoever
 * else has no HTTP client at hand.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type FlagSources, type ProgramSources, readListen } from '../config/config.ts';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import { KernelTree } from '../host/host.ts';
import { codeOf } from '../util/errors.ts';

const PATH = '/health';
/** A process that lives answers within milliseconds; Docker's own patience must be longer than this. */
const PATIENCE_MS = 3000;

/**
 * Asks every listener that is configured. Docker hands on the environment but not the arguments of the container's
 * command, so without arguments of its own the check takes those of the exporter beside it.
 *
 * @throws {Error} for the first one that does not answer as it should
 */
export async function checkHealth(
  { argv, env, script, program }: ProgramSources & FlagSources,
  procfs = new KernelTree('/proc'),
): Promise<void> {
  const own = argv.filter((argument) => argument !== '--healthcheck');
  const addresses = readListen({
    argv: own.length > 0 ? own : argumentsBeside(procfs, script),
    env,
    ...(program && { program }),
  });
  for (const address of addresses) await ask(urlOf(address));
}

function urlOf({ host, port }: ListenAddress): string {
  if (host === undefined || host === '0.0.0.0') return `http://127.0.0.1:${port}${PATH}`;
  if (host === '::') return `http://[::1]:${port}${PATH}`;
  return `http://${hostInUrl(host)}:${port}${PATH}`;
}

async function ask(url: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = get(url, { agent: false, signal });
  let response: IncomingMessage;
  try {
    [response] = await once(request, 'response');
  } catch (error) {
    if (signal.aborted) throw new Error(`No answer from ${url} within ${PATIENCE_MS} ms`);
    throw new Error(`No answer from ${url}: ${codeOf(error) ?? error}`);
  }
  response.resume();
  if (response.statusCode !== 200) throw new Error(`Unexpected answer from ${url}: ${response.statusCode}`);
}

/**
 * The arguments of the process that runs the same script in the same cgroup, which is the same container whether or not
 * it sees the processes of the host; none when there is no such process.
 */
function argumentsBeside(procfs: KernelTree, script: string): readonly string[] {
  const cgroup = procfs.readIfPresent('self/cgroup', readWhole);
  const pids = procfs.list('').filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const line = commandLine(procfs, pid);
    const at = line.indexOf(script);
    if (at === -1 || line.includes('--healthcheck')) continue;
    if (procfs.readIfPresent(`${pid}/cgroup`, readWhole) === cgroup) return line.slice(at + 1);
  }
  return [];
}

/** proc_pid_cmdline(5): each argument ends with a NUL. */
function commandLine(procfs: KernelTree, pid: string): readonly string[] {
  const text = procfs.readIfPresent(`${pid}/cmdline`, readWhole) ?? '';
  return text.split('\0').slice(0, -1);
}

function readWhole(text: string): string {
  return text;
}
