import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { waitUntil } from '../eventually.ts';
import { execute, succeeds } from '../execute.ts';
import { runIntoFile } from '../program.ts';
import { missing } from '../requirements.ts';

/** Use the client of Debian: a newer client on the search path may require a newer builder than Debian's engine has. */
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
  /** Command that runs another command in the network and mount namespaces of the engine. */
  readonly enter: readonly string[];
}

export interface EngineOptions {
  /** Directory where the engine stores its images. A later engine can use the same directory. */
  readonly dataRoot: string;
  /** `host`: builds use the network of this host. `own`: containers use a bridge in a new network namespace. */
  readonly network: 'host' | 'own';
  /** Additional flags of dockerd. */
  readonly flags?: readonly string[];
}

const WITHOUT_BRIDGE = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];

/** Starts a Docker engine that is independent of the engine of the host. It runs in a new mount namespace. */
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
  // Write the log to a file. While this process waits for a docker command, it reads no pipe, and a full pipe would block
  // the engine.
  const log = join(directory, 'log');
  const logged = ['sh', '-c', 'exec dockerd "$@" >"$0" 2>&1', log, ...flags];
  // Give the root shared mount propagation, as systemd does: containers with `rslave` mounts need it.
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
      // Ignore errors: the removal of a container fails if the container exits at the same time. The engine must be
      // stopped in any case.
      succeeds(() => docker('rm', '--force', '--volumes', ...docker('ps', '--all', '--quiet').split('\n')));
      daemon.child.kill('SIGTERM');
      await daemon.ended;
      // The engine does not unmount the network namespace that `--network host` uses.
      succeeds(() => execute(['umount', join(directory, 'exec/netns/default')]));
      if (namespace !== undefined) execute(['ip', 'netns', 'delete', namespace]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Creates a data root for an engine. Disposal removes it. */
export async function createDataRoot(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'docker-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function createNamespace(name: string): string {
  execute(['ip', 'netns', 'add', name]);
  execute(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  return name;
}

/**
 * Returns the command that runs `command` in a network namespace. It uses nsenter(1), because `ip netns exec` mounts
 * another /sys, without the cgroups.
 */
function inNamespace(name: string | undefined, command: readonly string[]): readonly string[] {
  return name === undefined ? command : ['nsenter', `--net=/run/netns/${name}`, ...command];
}
