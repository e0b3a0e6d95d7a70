/**
 * `npm run kubernetes` builds the servers of Kubernetes from Debian's source package. The build takes a few minutes, 3 GB of
 * disk space and the Debian packages golang-1.19-go, rsync, make, patch and dpkg-dev.
 */

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';
import { binariesDirectory, missingPrograms, VERSION } from './binaries.ts';

/** A newer version of Go cannot compile the build tools of this version of Kubernetes. */
const GO = '/usr/lib/go-1.19/bin';

const programs = missingPrograms();
if (programs.length > 0) build();
console.log(`Kubernetes ${VERSION}: ${binariesDirectory()}`);

function build(): void {
  console.log(`Building ${programs.join(', ')} ${VERSION}: this takes a few minutes`);
  const workspace = mkdtempSync(join(cacheDirectory(), 'build-'));
  try {
    const source = unpack(workspace);
    const go = join(source, '.go/src/k8s.io');
    mkdirSync(go, { recursive: true });
    symlinkSync('../../..', join(go, 'kubernetes'));
    run(source, ['make', `WHAT=${programs.map((program) => `cmd/${program}`).join(' ')}`], {
      PATH: `${GO}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: workspace,
      GOPATH: join(source, '.go'),
      GOCACHE: join(workspace, 'cache'),
      GOPROXY: 'off',
      CGO_ENABLED: '0',
      KUBE_GIT_VERSION: `v${VERSION}`,
      KUBE_GIT_COMMIT: 'debian',
      KUBE_GIT_TREE_STATE: 'clean',
      KUBE_GIT_MAJOR: '1',
      KUBE_GIT_MINOR: '20',
    });
    moveToCache(join(source, '_output/local/bin/linux', process.arch === 'x64' ? 'amd64' : process.arch));
  } finally {
    // Make the files writable before the removal: the files in Go's module cache are read-only.
    run('/', ['chmod', '--recursive', 'u+w', workspace]);
    rmSync(workspace, { recursive: true });
  }
}

/** Downloads the source package and applies Debian's patches; returns the directory. */
function unpack(workspace: string): string {
  const sources = readFileSync('/etc/apt/sources.list.d/debian.sources', 'utf8');
  const mirror = /^URIs: (\S*\/debian)\s*$/m.exec(sources)?.[1];
  if (mirror === undefined) throw new Error('Cannot find a mirror of Debian in /etc/apt/sources.list.d/debian.sources');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(workspace, 'source.list'), `deb-src [signed-by=${keyring}] ${mirror} bookworm main\n`);
  mkdirSync(join(workspace, 'lists/partial'), { recursive: true });
  const apt = [
    ...['apt-get', '-o', `Dir::Etc::sourcelist=${workspace}/source.list`, '-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::lists=${workspace}/lists`, '-o', 'APT::Sandbox::User=root'],
  ];
  run(workspace, [...apt, 'update', '-qq']);
  run(workspace, [...apt, 'source', '-qq', '--download-only', 'kubernetes']);
  const archive = (end: string): string =>
    join(workspace, readdirSync(workspace).find((name) => name.endsWith(end)) ?? end);
  const source = join(workspace, 'kubernetes');
  mkdirSync(source);
  run(workspace, [
    'tar',
    '--extract',
    '--file',
    archive('.orig.tar.gz'),
    '--directory',
    source,
    '--strip-components=1',
  ]);
  run(workspace, ['tar', '--extract', '--file', archive('.debian.tar.xz')]);
  const patches = join(workspace, 'debian/patches');
  for (const patch of readFileSync(join(patches, 'series'), 'utf8').split('\n')) {
    if (patch !== '') run(source, ['patch', '--strip=1', '--silent', '--input', join(patches, patch)]);
  }
  return source;
}

function moveToCache(directory: string): void {
  mkdirSync(binariesDirectory(), { recursive: true });
  for (const program of programs) renameSync(join(directory, program), join(binariesDirectory(), program));
}

function run(cwd: string, [command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}
