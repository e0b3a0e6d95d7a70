import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../support/docker/engine.ts';
import { waitUntil } from '../support/eventually.ts';
import { execute, succeeds } from '../support/execute.ts';
import { kill, type RunningProcess, runIntoFile } from '../support/program.ts';
import { binariesDirectory } from './binaries.ts';

export const NODE_NAME = 'node1';
/** Address of Docker's bridge, which connects the pods with the node. */
export const NODE_ADDRESS = '172.17.0.1';
const API_SERVER = `https://${NODE_ADDRESS}:16443`;
const PAUSE_IMAGE = 'local/pause:1';

export interface KubernetesNode extends AsyncDisposable {
  readonly engine: Engine;
  /** Command line of kubectl with the options that select this cluster. */
  readonly kubectlCommand: readonly string[];
  /** Runs kubectl and returns its output. */
  kubectl(...args: readonly string[]): string;
  /** Runs a kubectl command such as `apply` or `delete` on objects. */
  kubectlWith(objects: readonly unknown[], ...args: readonly string[]): string;
}

/**
 * Starts a cluster of one node: etcd, API server, controller manager, scheduler, kubelet, proxy and Docker, in new network
 * and mount namespaces.
 *
 * @param dataRoot data root of a Docker engine that contains the images
 */
export async function startNode(dataRoot: string): Promise<KubernetesNode> {
  const directory = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  const engine = await startEngine({
    dataRoot,
    network: 'own',
    flags: ['--userland-proxy=false', ...runtimeFlags(directory)],
  });
  importPauseImage(engine, directory);
  isolate(engine, directory);
  writeConfiguration(directory);
  const enter = (command: readonly string[]) => [...engine.enter, `--wdns=${directory}`, ...command];
  const daemons: RunningProcess[] = [];
  const start = (name: string, args: readonly string[]): void => {
    const path = name === 'etcd' ? name : join(binariesDirectory(), name);
    const [command = '', ...rest] = enter([path, ...args]);
    daemons.push(runIntoFile(join(directory, `${name}.log`), command, rest));
  };
  const kubectlCommand = enter(['kubectl', `--kubeconfig=${directory}/kubeconfig`]);
  const kubectl = (...args: readonly string[]): string => execute([...kubectlCommand, ...args]);

  const stop = async (): Promise<void> => {
    for (const daemon of daemons.toReversed()) await kill(daemon);
    await engine[Symbol.asyncDispose]();
    removeCgroups();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    start('etcd', ETCD);
    start('kube-apiserver', API_SERVER_FLAGS);
    await waitUntil('the API server is ready', () => succeeds(() => kubectl('get', '--raw', '/readyz')));
    start('kube-controller-manager', CONTROLLER_FLAGS);
    start('kube-scheduler', SCHEDULER_FLAGS);
    start('kubelet', kubeletFlags(directory, engine));
    start('kube-proxy', PROXY_FLAGS);
    await waitUntil('the node is ready', () => / Ready /.test(kubectl('get', 'nodes')));
  } catch (error) {
    const outputs = daemons.map(({ child, output }) => `${child.spawnargs.join(' ')}\n${output().slice(-2000)}`);
    await stop();
    throw new Error(outputs.join('\n\n'), { cause: error });
  }
  return {
    engine,
    kubectlCommand,
    kubectl,
    kubectlWith(objects, ...args) {
      const file = join(directory, 'objects.json');
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      return kubectl(...args, `--filename=${file}`);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * Returns the flags for a wrapper of runc. The wrapper replaces each negative OOM score adjustment by 0, because some
 * virtual machines do not allow negative values even to root.
 */
function runtimeFlags(directory: string): readonly string[] {
  const script = join(directory, 'runc');
  writeFileSync(
    script,
    `#!/bin/bash
for ((i = 1; i <= $#; i++)); do
  if [ "\${!i}" = --bundle ]; then j=$((i + 1)); sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":0/' "\${!j}/config.json"; fi
done
exec /usr/sbin/runc "$@"
`,
  );
  chmodSync(script, 0o755);
  return [`--add-runtime=wrapped=${script}`, '--default-runtime=wrapped'];
}

/** Imports the pause image. A pause container owns the namespaces of a pod and only waits. */
function importPauseImage(engine: Engine, directory: string): void {
  const root = join(directory, 'pause');
  mkdirSync(join(root, 'bin'), { recursive: true });
  cpSync('/bin/busybox', join(root, 'bin/busybox'));
  execute(['tar', '--directory', root, '--create', '--file', `${root}.tar`, '.']);
  const wait = "trap 'exit 0' TERM; while :; do /bin/busybox sleep 3600 & wait; done";
  engine.docker(
    'import',
    `--change=CMD ${JSON.stringify(['/bin/busybox', 'sh', '-c', wait])}`,
    `${root}.tar`,
    PAUSE_IMAGE,
  );
}

/**
 * Protects the host from the kubelet: mounts copies over the kernel settings and the directories in /var that the kubelet
 * writes.
 */
function isolate(engine: Engine, directory: string): void {
  const mount = (from: string, to: string) => execute([...engine.enter, 'mount', '--bind', from, to]);
  for (const name of ['overcommit_memory', 'panic_on_oom'].map((setting) => `vm/${setting}`).concat(KERNEL_SETTINGS)) {
    const copy = join(directory, name.replaceAll('/', '-'));
    writeFileSync(copy, readFileSync(`/proc/sys/${name}`));
    mount(copy, `/proc/sys/${name}`);
  }
  for (const path of ['/var/log', '/var/lib/kubelet']) {
    const replacement = join(directory, path.replaceAll('/', '-'));
    mkdirSync(replacement);
    mkdirSync(path, { recursive: true });
    mount(replacement, path);
  }
}

const KERNEL_SETTINGS = ['panic', 'panic_on_oops', 'keys/root_maxkeys', 'keys/root_maxbytes'].map(
  (name) => `kernel/${name}`,
);

/** Writes the configuration of the kubelet, and credentials of an administrator. */
function writeConfiguration(directory: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = randomBytes(16).toString('hex');
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o600 });
  write('service-accounts.key', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  write('tokens.csv', `${token},admin,admin,system:masters\n`);
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: API_SERVER, 'certificate-authority': join(directory, 'pki/apiserver.crt') } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  write('kubeconfig', JSON.stringify(kubeconfig));
  const kubelet = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    cgroupDriver: 'cgroupfs',
    failSwapOn: false,
    address: NODE_ADDRESS,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    makeIPTablesUtilChains: false,
    syncFrequency: '5s',
    oomScoreAdj: 0,
  };
  write('kubelet.json', JSON.stringify(kubelet));
}

const ETCD = [
  '--data-dir=etcd',
  '--unsafe-no-fsync',
  '--listen-client-urls=http://127.0.0.1:12379',
  '--advertise-client-urls=http://127.0.0.1:12379',
  '--listen-peer-urls=http://127.0.0.1:12380',
];

const API_SERVER_FLAGS = [
  '--etcd-servers=http://127.0.0.1:12379',
  // Pods reach this address too.
  `--bind-address=${NODE_ADDRESS}`,
  `--advertise-address=${NODE_ADDRESS}`,
  '--secure-port=16443',
  '--insecure-port=0',
  '--cert-dir=pki',
  '--service-cluster-ip-range=10.96.0.0/24',
  '--authorization-mode=Node,RBAC',
  '--token-auth-file=tokens.csv',
  '--service-account-key-file=service-accounts.key',
  '--service-account-signing-key-file=service-accounts.key',
  `--service-account-issuer=${API_SERVER}`,
  '--allow-privileged',
  '--kubelet-preferred-address-types=InternalIP',
];

const CONTROLLER_FLAGS = [
  '--kubeconfig=kubeconfig',
  '--service-account-private-key-file=service-accounts.key',
  '--root-ca-file=pki/apiserver.crt',
  '--bind-address=127.0.0.1',
  '--port=0',
  '--leader-elect=false',
];

const SCHEDULER_FLAGS = ['--kubeconfig=kubeconfig', '--bind-address=127.0.0.1', '--port=0', '--leader-elect=false'];

const PROXY_FLAGS = [
  '--kubeconfig=kubeconfig',
  '--proxy-mode=iptables',
  `--hostname-override=${NODE_NAME}`,
  '--healthz-bind-address=127.0.0.1:10256',
  '--metrics-bind-address=127.0.0.1:10249',
  // With 0, the proxy does not change these kernel settings. They apply to the whole host and not to a network namespace.
  ...['max-per-core', 'tcp-timeout-established', 'tcp-timeout-close-wait'].map((name) => `--conntrack-${name}=0`),
];

function kubeletFlags(directory: string, { host }: Engine): readonly string[] {
  return [
    '--kubeconfig=kubeconfig',
    '--config=kubelet.json',
    `--root-dir=${join(directory, 'kubelet')}`,
    `--cert-dir=${join(directory, 'kubelet-pki')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
    '--container-runtime=docker',
    `--docker-endpoint=${host}`,
    // The cAdvisor inside the kubelet connects to this address.
    `--docker=${host}`,
    `--pod-infra-container-image=${PAUSE_IMAGE}`,
  ];
}

function removeCgroups(): void {
  const paths = execute(['find', '/sys/fs/cgroup', '-depth', '-type', 'd', '-path', '*/kubepods*']);
  for (const path of paths.split('\n').filter((line) => line !== '')) succeeds(() => execute(['rmdir', path]));
}
