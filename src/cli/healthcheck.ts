import { once } from 'node:events';
import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { readFlags, readListenAddresses } from '../config/early-flags.ts';
import type { Invocation, ProcessInvocation } from '../config/invocation.ts';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import { PROGRAM_FLAGS, type ProgramFlags } from '../config/program-flags.ts';
import { readWebConfig } from '../config/web/web-config.ts';
import { Mistakes } from '../flags/mistakes.ts';
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
  const invocation = { argv: exporterArgv, env };
  const scheme = usesTls(invocation) ? 'https' : 'http';
  for (const address of readListenAddresses(invocation, programFlags)) {
    await requireStatus200(endpointOf(address, scheme));
  }
}

/** Returns whether the listeners of an exporter with this command line use TLS. */
function usesTls(invocation: Invocation): boolean {
  const mistakes = new Mistakes();
  const { 'web.config.file': file } = readFlags(invocation, WEB_FLAGS, mistakes);
  mistakes.throwIfAny();
  return file !== '' && readWebConfig(file).tls !== undefined;
}

const WEB_FLAGS = { 'web.config.file': PROGRAM_FLAGS['web.config.file'] };

/** Where and how a listener is reached. */
interface Endpoint {
  /** URL of the health path. For a Unix socket, the host in the URL has no meaning. */
  readonly url: string;
  /** Path of a Unix socket; `undefined` for TCP. */
  readonly socketPath: string | undefined;
  /** The listener for messages. */
  readonly name: string;
}

function endpointOf(address: ListenAddress, scheme: string): Endpoint {
  if ('path' in address) {
    return {
      url: `${scheme}://localhost${PATH}`,
      socketPath: address.path,
      name: `${PATH} from unix://${address.path}`,
    };
  }
  if (!('port' in address)) throw new Error('Cannot check a socket of systemd: name it with --web.listen-address');
  const { host, port } = address;
  const url = `${scheme}://${hostInUrl(LOOPBACK[host ?? ''] ?? host ?? '')}:${port}${PATH}`;
  return { url, socketPath: undefined, name: url };
}

/** Addresses for a check of a listener on all addresses. */
const LOOPBACK: Readonly<Record<string, string>> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

async function requireStatus200({ url, socketPath, name }: Endpoint): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await requestUrl(url, { agent: false, signal, socketPath }).catch((error: unknown) => {
    if (signal.aborted) throw new Error(`Cannot get ${name}: no response within ${TIMEOUT_MS} ms`);
    throw new Error(`Cannot get ${name}: ${codeOf(error) ?? error}`);
  });
  response.resume();
  if (response.statusCode !== 200) throw new Error(`Cannot get ${name}: status ${response.statusCode}`);
}

/**
 * Sends a request. The certificate of the exporter is not verified, because its names rarely include the loopback address.
 * The request contains no secrets.
 */
async function requestUrl(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const { get: getByTls } = url.startsWith('https:') ? await import('node:https') : { get };
  const request = getByTls(url, { ...options, rejectUnauthorized: false });
  const [response] = await once(request, 'response');
  return response;
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
