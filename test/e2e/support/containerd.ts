import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBusyboxArchive } from './docker/busybox.ts';
import { waitUntil } from './eventually.ts';
import { execute, succeeds } from './execute.ts';
import { runIntoFile } from './program.ts';
import { missing } from './requirements.ts';

/** Returns the reason why containerd cannot run here, or `false`. */
export function missingContainerd(): string | false {
  if (process.getuid?.() !== 0) return 'containerd needs root';
  const program = missing('containerd', 'ctr', 'runc', 'busybox', 'unshare');
  if (program !== false || existsSync(PLUGINS)) return program;
  return process.env['CI'] !== 'true' && 'not installed: containernetworking-plugins';
}

/** Directory of the CNI plugins from the Debian package containernetworking-plugins. */
const PLUGINS = '/usr/lib/cni';

export interface Containerd extends AsyncDisposable {
  /** Directory with the files of containerd: `<root>/var/lib/containerd` in place of `/var/lib/containerd`. */
  readonly root: string;
  readonly socket: string;
  /** Root file system with BusyBox, for containers without an image. */
  readonly files: string;
  /** Runs containerd's client ctr(8) and returns its output. */
  ctr(...args: readonly string[]): string;
  /** Calls a method of the Kubernetes Container Runtime Interface (CRI) and returns the response message. */
  cri(method: string, message: Buffer): Promise<Buffer>;
}

/** Name of the BusyBox image in the CRI. */
export const CRI_IMAGE = 'docker.io/local/busybox:1';

/**
 * Returns the CNI configuration of a bridge without firewall rules. The bridge is in the network namespace of containerd.
 */
function createNetworkConfig(root: string): object {
  const ipam = { type: 'host-local', subnet: '10.99.0.0/24', dataDir: join(root, 'networks') };
  return {
    cniVersion: '0.4.0',
    name: 'test',
    plugins: [{ type: 'bridge', bridge: 'test0', isGateway: true, ipam }],
  };
}

function createConfig(root: string, socket: string): string {
  return `version = 2
root = "${root}/var/lib/containerd"
state = "${root}/run/containerd"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${CRI_IMAGE}"
  # In some virtual machines root may not lower the OOM score of a process.
  restrict_oom_score_adj = true
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${PLUGINS}"
    conf_dir = "${root}/etc/cni/net.d"
`;
}

/** Starts a containerd that is independent of the containerd of the host. */
export async function startContainerd(): Promise<Containerd> {
  const root = mkdtempSync(join(tmpdir(), 'containerd-'));
  const [socket, config, image] = ['sock', 'config.toml', 'image'].map((name) => join(root, name)) as Paths;
  writeFileSync(config, createConfig(root, socket));
  mkdirSync(join(root, 'etc/cni/net.d'), { recursive: true });
  writeFileSync(join(root, 'etc/cni/net.d/test.conflist'), JSON.stringify(createNetworkConfig(root)));
  mkdirSync(image);
  const archive = createBusyboxArchive(image);
  const daemon = runIntoFile(join(root, 'log'), 'unshare', ['--net', 'containerd', '--config', config]);
  const ctr = (...args: readonly string[]): string => execute(['ctr', '--address', socket, ...args]);
  await waitUntil('containerd responds', () => succeeds(() => ctr('version')));
  importImage(ctr, image, archive);
  return {
    root,
    socket,
    files: join(image, 'root'),
    ctr,
    cri: (method, message) => call(socket, method, message),
    async [Symbol.asyncDispose]() {
      for (const namespace of ['default', 'k8s.io']) {
        // Ignore errors: the removal of a container fails if the container exits at the same time. The daemon must be
        // stopped in any case.
        succeeds(() => removeAll((...args) => ctr('--namespace', namespace, ...args)));
      }
      daemon.child.kill('SIGTERM');
      await daemon.ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

type Paths = [socket: string, config: string, image: string];

type Ctr = (...args: readonly string[]) => string;

/**
 * Imports the BusyBox image in the format of `docker save`. Its default command waits, so that it can serve as a pause
 * image.
 */
function importImage(ctr: Ctr, directory: string, layer: string): void {
  const write = (name: string, value: unknown): void => writeFileSync(join(directory, name), JSON.stringify(value));
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex');
  write('config.json', {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  });
  write('manifest.json', [{ Config: 'config.json', RepoTags: ['local/busybox:1'], Layers: ['root.tar'] }]);
  const archive = join(directory, 'image.tar');
  execute(['tar', '--directory', directory, '--create', '--file', archive, 'manifest.json', 'config.json', 'root.tar']);
  ctr('--namespace', 'k8s.io', 'images', 'import', archive);
}

function removeAll(ctr: Ctr): void {
  const names = (output: string): readonly string[] => output.split('\n').filter((name) => name !== '');
  for (const name of names(ctr('tasks', 'list', '--quiet'))) {
    succeeds(() => ctr('tasks', 'delete', '--force', name));
  }
  for (const name of names(ctr('containers', 'list', '--quiet'))) ctr('containers', 'delete', name);
}

/**
 * Bytes before each message of gRPC: one byte with the compression flag, and four bytes with the length of the message.
 */
const PREFIX_BYTES = 5;

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
async function call(socket: string, method: string, message: Buffer): Promise<Buffer> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) });
  try {
    const path = `/runtime.v1.RuntimeService/${method}`;
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let errorMessage = '';
    const checkStatus = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers['grpc-status'] !== '0') errorMessage = String(headers['grpc-message']);
    };
    stream.on('response', (headers) => 'grpc-status' in headers && checkStatus(headers)).on('trailers', checkStatus);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (errorMessage !== '') throw new Error(`Cannot call ${method}: ${decodeURIComponent(errorMessage)}`);
    return Buffer.concat(chunks).subarray(PREFIX_BYTES);
  } finally {
    session.destroy();
  }
}
