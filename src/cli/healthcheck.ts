import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { readListenAddresses } from '../config/early-flags.ts';
import type { ProcessInvocation } from '../config/invocation.ts';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import type { ProgramFlags } from '../config/program-flags.ts';
import { KernelTree } from '../host/host.ts';
import { codeOf } from '../util/errors.ts';

const PATH = '/health';
/**
 * Timeout of each request. A healthy exporter responds within milliseconds. The timeout of Docker's HEALTHCHECK must be
 * longer than this timeout.
 */
const TIMEOUT_MS = 3000;

export interface HealthCheckOptions {
  /** Flags of the program. Default: the flags of otel-node-exporter. */
  readonly programFlags?: ProgramFlags;
  /** The procfs that contains the process of the exporter. Default: `/proc`. */
  readonly procfs?: KernelTree;
}

/**
 * Requests `/health` from every listener of a running exporter. This check is for callers without an HTTP client, such as
 * Docker's HEALTHCHECK.
 *
 * Docker passes the environment of the container to the health check, but not the arguments of the exporter. A health check
 * without arguments uses the arguments of the exporter in the same container.
 *
 * @throws {Error} for the first listener that does not respond with status 200
 */
export async function checkHealth(
  { argv, env, script }: ProcessInvocation,
  { programFlags, procfs = new KernelTree('/proc') }: HealthCheckOptions = {},
): Promise<void> {
  const flags = argv.filter((argument) => argument !== '--healthcheck');
  const exporterArgv = flags.length > 0 ? flags : argumentsOfExporter(procfs, script);
  for (const address of readListenAddresses({ argv: exporterArgv, env }, programFlags)) {
    await requireStatus200(healthUrl(address));
  }
}

function healthUrl({ host, port }: ListenAddress): string {
  if (host === undefined || host === '0.0.0.0') return `http://127.0.0.1:${port}${PATH}`;
  if (host === '::') return `http://[::1]:${port}${PATH}`;
  return `http://${hostInUrl(host)}:${port}${PATH}`;
}

async function requireStatus200(url: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = get(url, { agent: false, signal });
  let response: IncomingMessage;
  try {
    [response] = await once(request, 'response');
  } catch (error) {
    if (signal.aborted) throw new Error(`Cannot get ${url}: no response within ${TIMEOUT_MS} ms`);
    throw new Error(`Cannot get ${url}: ${codeOf(error) ?? error}`);
  }
  response.resume();
  if (response.statusCode !== 200) throw new Error(`Cannot get ${url}: status ${response.statusCode}`);
}

/**
 * Returns the arguments of the process that runs the same script in the same container; an empty list if no such process
 * exists. Two processes in the same cgroup are in the same container. If the container uses the PID namespace of the host,
 * the processes of all containers are visible.
 */
function argumentsOfExporter(procfs: KernelTree, script: string): readonly string[] {
  const cgroup = procfs.readIfPresent('self/cgroup', asIs);
  const pids = procfs.list('').filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const argv = readCommandLine(procfs, pid);
    const at = argv.indexOf(script);
    if (at === -1 || argv.includes('--healthcheck')) continue;
    if (procfs.readIfPresent(`${pid}/cgroup`, asIs) === cgroup) return argv.slice(at + 1);
  }
  return [];
}

/**
 * Reads `/proc/<pid>/cmdline`. A NUL byte follows each argument (proc_pid_cmdline(5)); reads of files leave out the last
 * NULs, and thus also empty arguments at the end.
 */
function readCommandLine(procfs: KernelTree, pid: string): readonly string[] {
  const text = procfs.readIfPresent(`${pid}/cmdline`, asIs) ?? '';
  return text === '' ? [] : text.split('\0');
}

function asIs(text: string): string {
  return text;
}
