import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute.ts';
import type { Engine } from './engine.ts';

export const BUSYBOX = 'local/busybox:1';

/** Imports an image with Debian's static BusyBox and a link for each applet, so that no registry is needed. */
export function importBusybox(engine: Pick<Engine, 'docker'>): void {
  const directory = mkdtempSync(join(tmpdir(), 'busybox-'));
  try {
    engine.docker('import', '--change=ENV PATH=/bin', createBusyboxArchive(directory), BUSYBOX);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Creates an archive of the image in an existing directory. Returns the path of the archive. */
export function createBusyboxArchive(directory: string): string {
  const [root, archive] = [join(directory, 'root'), join(directory, 'root.tar')];
  for (const name of ['bin', 'tmp', 'etc', 'www']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of execute(['/bin/busybox', '--list']).split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
  }
  execute(['tar', '--directory', root, '--create', '--file', archive, '.']);
  return archive;
}
