import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runIntoFile } from '../program.ts';
import { missing } from '../requirements.ts';

/** Debian's client: another one on the path may want a newer builder than Debian's engine has. */
export const DOCKER = '/usr/bin/docker';

/** Why no test can start an engine here, or `false`. */
export function missingDocker(): string | false {
  if (process.getuid?.() !== 0) return 'starting a Docker engine needs root';
  return missing('dockerd', 'debootstrap', 'ip', 'curl');
}

export interface Engine extends AsyncDisposable {
  /** For `docker --host`. */
  readonly host: string;
  /** Runs a docker command and returns what it prints. */
  docker(...args: readonly string[]): string;
  /** Asks from the engine's network and returns the body. */
  get(url: string): string;
  /** Runs a command in the engine's network and with its mounts: put before the command. */
  readonly enter: readonly string[];
}

export interface EngineOptions {
  /** Where images are kept, from one engine to the next. */
  readonly dataRoot: string;
  /** `host`: containers share the network of this machine, to build images; `own`: bridges, out of everybody's way. */
  readonly network: 'host' | 'own';
  /** More flags for dockerd. */
  readonly flags?: readonly string[];
}

const WITHOUT_BRIDGE = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];

/** Starts a Docker engine of the test's own, beside any that runs already; it sees what is mounted by now. */
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
  // To a file: while this process waits for a docker command nobody would read a pipe, and a full one stops the engine.
  const log = join(directory, 'log');
  const logged = ['sh', '-c', 'exec dockerd "$@" >"$0" 2>&1', log, ...flags];
  // As systemd makes it: `rslave` mounts need a root that is shared.
  const shared = ['unshare', '--mount', '--propagation=shared', ...logged];
  const [command = '', ...args] = inNamespace(namespace, shared);
  const daemon = runIntoFile(join(directory, 'log'), command, args);
  const docker = (...rest: readonly string[]) => execute([DOCKER, '--host', host, ...rest]);
  await waitUntil('the Docker engine answers', () => {
    if (daemon.child.exitCode !== null) throw new Error(`The Docker engine ended:\n${readFileSync(log, 'utf8')}`);
    return existsSync(join(directory, 'docker.sock')) && succeeds(() => docker('version'));
  });
  const enter = ['nsenter', `--target=${daemon.child.pid}`, '--mount', '--net'];
  return {
    host,
    docker,
    get: (url) => execute([...enter, 'curl', '--silent', '--show-error', '--fail', '--max-time', '10', url]),
    enter,
    async [Symbol.asyncDispose]() {
      // One that ends by itself meanwhile cannot be removed, and the engine has to end whatever happens.
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

/** A folder for an engine's images, removed at the end. */
export async function createDataRoot(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'docker-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function createNamespace(name: string): string {
  execute(['ip', 'netns', 'add', name]);
  execute(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  return name;
}

/** Not with `ip netns exec`, which mounts another /sys, without the cgroups. */
function inNamespace(name: string | undefined, command: readonly string[]): readonly string[] {
  return name === undefined ? command : ['nsenter', `--net=/run/netns/${name}`, ...command];
}

/** @throws {Error} with what the program wrote on standard error, when it fails */
export function execute([command = '', ...args]: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

export function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    // Whoever asks wants to know no more.
    return false;
  }
}

const PATIENCE_MS = 300_000;

/** Asks again and again, at most for five minutes. */
export async function waitUntil(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
