/**
 * Builds the servers of Kubernetes from Debian's own source package, once: `npm run kubernetes`. It takes some minutes,
 * 3 GB while it runs, and from Debian: golang-1.19-go rsync make patch dpkg-dev
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

/** A newer Go does not take the tools that this Kubernetes builds itself with. */
const GO = '/usr/lib/go-1.19/bin';

const programs = missingPrograms();
if (programs.length > 0) build();
console.log(`Kubernetes ${VERSION}: ${binariesDirectory()}`);

function build(): void {
  console.log(`Building ${programs.join(', ')} ${VERSION}: some minutes, once`);
  const workshop = mkdtempSync(join(cacheDirectory(), 'build-'));
  try {
    const source = unpack(workshop);
    const go = join(source, '.go/src/k8s.io');
    mkdirSync(go, { recursive: true });
    symlinkSync('../../..', join(go, 'kubernetes'));
    run(source, ['make', `WHAT=${programs.map((program) => `cmd/${program}`).join(' ')}`], {
      PATH: `${GO}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: workshop,
      GOPATH: join(source, '.go'),
      GOCACHE: join(workshop, 'cache'),
      GOPROXY: 'off',
      CGO_ENABLED: '0',
      KUBE_GIT_VERSION: `v${VERSION}`,
      KUBE_GIT_COMMIT: 'debian',
      KUBE_GIT_TREE_STATE: 'clean',
      KUBE_GIT_MAJOR: '1',
      KUBE_GIT_MINOR: '20',
    });
    keep(join(source, '_output/local/bin/linux', process.arch === 'x64' ? 'amd64' : process.arch));
  } finally {
    // Go's own downloads are read-only.
    run('/', ['chmod', '--recursive', 'u+w', workshop]);
    rmSync(workshop, { recursive: true });
  }
}

/** Debian's source, with Debian's patches. */
function unpack(workshop: string): string {
  const sources = readFileSync('/etc/apt/sources.list.d/debian.sources', 'utf8');
  const mirror = /^URIs: (\S*\/debian)\s*$/m.exec(sources)?.[1];
  if (mirror === undefined) throw new Error('Cannot find a mirror of Debian in /etc/apt/sources.list.d/debian.sources');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(workshop, 'source.list'), `deb-src [signed-by=${keyring}] ${mirror} bookworm main\n`);
  mkdirSync(join(workshop, 'lists/partial'), { recursive: true });
  const apt = [
    ...['apt-get', '-o', `Dir::Etc::sourcelist=${workshop}/source.list`, '-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::lists=${workshop}/lists`, '-o', 'APT::Sandbox::User=root'],
  ];
  run(workshop, [...apt, 'update', '-qq']);
  run(workshop, [...apt, 'source', '-qq', '--download-only', 'kubernetes']);
  const archive = (end: string): string =>
    join(workshop, readdirSync(workshop).find((name) => name.endsWith(end)) ?? end);
  const source = join(workshop, 'kubernetes');
  mkdirSync(source);
  run(workshop, ['tar', '--extract', '--file', archive('.orig.tar.gz'), '--directory', source, '--strip-components=1']);
  run(workshop, ['tar', '--extract', '--file', archive('.debian.tar.xz')]);
  const patches = join(workshop, 'debian/patches');
  for (const patch of readFileSync(join(patches, 'series'), 'utf8').split('\n')) {
    if (patch !== '') run(source, ['patch', '--strip=1', '--silent', '--input', join(patches, patch)]);
  }
  return source;
}

function keep(built: string): void {
  mkdirSync(binariesDirectory(), { recursive: true });
  for (const program of programs) renameSync(join(built, program), join(binariesDirectory(), program));
}

function run(cwd: string, [command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}
