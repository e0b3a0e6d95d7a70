import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { createDataRoot, type Engine, execute, startEngine, succeeds } from './engine.ts';

const CHECKOUT = join(import.meta.dirname, '../../../..');

/** The image that the manifests name. */
export const IMAGE = 'otel-node-exporter:0.1.0';
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

export interface BuiltImage extends AsyncDisposable {
  /** The data root of an engine that has it. */
  readonly dataRoot: string;
}

/** Builds the image as a user does, with the packages of the lock file; only its base is made here. */
export async function buildImage(): Promise<BuiltImage> {
  const dataRoot = await createDataRoot();
  await using engine = await startEngine({ dataRoot: dataRoot.path, network: 'host' });
  importBase(engine);
  engine.docker('build', '--network=host', `--build-arg=REVISION=${REVISION}`, `--tag=${IMAGE}`, CHECKOUT);
  return { dataRoot: dataRoot.path, [Symbol.asyncDispose]: () => dataRoot[Symbol.asyncDispose]() };
}

/** The base by the name that the Dockerfile asks for, so that no registry is needed: Debian, Node.js and npm. */
function importBase(engine: Engine): void {
  const version = readFileSync(join(CHECKOUT, '.nvmrc'), 'utf8').trim();
  const archive = join(cacheDirectory(), `node-${version}-bookworm-slim.tar`);
  if (!existsSync(archive)) makeBase(archive);
  const environment = [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // The packages come the way this machine gets them, under the authorities that it trusts.
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_cafile=/etc/ssl/certs/ca-certificates.crt',
  ];
  engine.docker('import', ...environment.map((change) => `--change=${change}`), archive, 'node:24-bookworm-slim');
}

function makeBase(archive: string): void {
  const root = mkdtempSync(join(tmpdir(), 'base-'));
  try {
    execute(['debootstrap', '--variant=minbase', 'bookworm', root]);
    const local = join(root, 'usr/local');
    cpSync(join(CHECKOUT, 'node_modules/node/bin/node'), join(local, 'bin/node'), { dereference: true });
    execute(['npm', 'install', '--no-fund', '--no-audit', '--prefix', join(root, 'npm'), 'npm@11.19.1']);
    mkdirSync(join(local, 'lib'), { recursive: true });
    renameSync(join(root, 'npm/node_modules'), join(local, 'lib/node_modules'));
    rmSync(join(root, 'npm'), { recursive: true });
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
    mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
    cpSync('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'), {
      dereference: true,
    });
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });
    execute(['tar', '--directory', root, '--create', '--file', `${archive}.part`, '.']);
    renameSync(`${archive}.part`, archive);
  } finally {
    // debootstrap may end with these mounted.
    for (const mounted of ['proc', 'sys']) succeeds(() => execute(['umount', join(root, mounted)]));
    rmSync(root, { recursive: true, force: true });
  }
}
