import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { waitUntil } from '../eventually.ts';
import { execute, succeeds } from '../execute.ts';
import { runIntoFile } from '../program.ts';
import { missing } from '../requirements.ts';

/** Debian's client. Another client on the search path may require a newer builder than Debian's engine has. */
export const DOCKER = '/usr/bin/docker';

/** Returns the reason why a Docker engine cannot run here, or `false`. */
export function missingDocker(): string | false {
  if (process.getuid?.() !== 0) return 'starting a Docker engine needs root';
  return missing('dockerd', 'debootstrap', 'ip', 'curl');
}

export interface Engine extends AsyncDisposable {
  /** URL for `docker --host`. */
  readonly host: string;
  /** Runs a docker command and returns its output. */
  docker(...args: readonly string[]): string;
  /** Requests a URL from the network namespace of the engine and returns the body. */
  get(url: string): string;
  /** Prefix that runs a command in the network and mount namespaces of the engine. */
  readonly enter: readonly string[];
}

export interface EngineOptions {
  /** Directory of the images, which later engines can use again. */
  readonly dataRoot: string;
  /** `host`: builds use the network of this host. `own`: containers are on a bridge in a new network namespace. */
  readonly network: 'host' | 'own';
  /** More flags for dockerd. */
  readonly flags?: readonly string[];
}

const WITHOUT_BRIDGE = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];

/** Starts a Docker engine that is independent of the host's, in a mount namespace with the present mounts. */
export async function startEngine({ dataRoot, network, flags: more = [] }: EngineOptions): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'engine-'));
  const host = `unix://${join(directory, 'docker.sock')}`;
  const namespace = network === 'own' ? createNamespace(basename(directory)) : undefined;
  const flags = [
    ...['--exec-opt=native.cgroupdriver=cgroupfs', '--storage-driver=overlay2', `--host=${host}`],
    ...[`--data-root=${dataRoot}`, `--exec-root=${directory}/exec`, `--pidfile=${directory}/pid`],
    ...(network === 'host' ? WITHOUT_BRIDGE : []),
    ...more,
  ];
  // The log is a file: while this process waits for a docker command, it does not read a pipe, and a full pipe blocks the engine.
  const log = join(directory, 'log');
  const logged = ['sh', '-c', 'exec dockerd "$@" >"$0" 2>&1', log, ...flags];
  // As under systemd: `rslave` mounts need a root with shared propagation.
  const shared = ['unshare', '--mount', '--propagation=shared', ...logged];
  const [command = '', ...args] = inNamespace(namespace, shared);
  const daemon = runIntoFile(join(directory, 'log'), command, args);
  const docker = (...rest: readonly string[]) => execute([DOCKER, '--host', host, ...rest]);
  await waitUntil('the Docker engine responds', () => {
    if (daemon.child.exitCode !== null) throw new Error(`The Docker engine exited:\n${readFileSync(log, 'utf8')}`);
    return existsSync(join(directory, 'docker.sock')) && succeeds(() => docker('version'));
  });
  const enter = ['nsenter', `--target=${daemon.child.pid}`, '--mount', '--net'];
  return {
    host,
    docker,
    get: (url) => execute([...enter, 'curl', '--silent', '--show-error', '--fail', '--max-time', '10', url]),
    enter,
    async [Symbol.asyncDispose]() {
      // Removal fails for containers that exit during the removal. The engine must be stopped in any case.
      succeeds(() => docker('rm', '--force', '--volumes', ...docker('ps', '--all', '--quiet').split('\n')));
      daemon.child.kill('SIGTERM');
      await daemon.ended;
      // The engine leaves the network namespace of `--network host` mounted.
      succeeds(() => execute(['umount', join(directory, 'exec/netns/default')]));
      if (namespace !== undefined) execute(['ip', 'netns', 'delete', namespace]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Creates a directory for the images of an engine, which disposal removes. */
export async function createDataRoot(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'docker-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function createNamespace(name: string): string {
  execute(['ip', 'netns', 'add', name]);
  execute(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  return name;
}

/** Uses nsenter(1), because `ip netns exec` mounts another /sys without the cgroups. */
function inNamespace(name: string | undefined, command: readonly string[]): readonly string[] {
  return name === undefined ? command : ['nsenter', `--net=/run/netns/${name}`, ...command];
}
