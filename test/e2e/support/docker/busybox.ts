import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, execute } from './engine.ts';

export const BUSYBOX = 'local/busybox:1';

/** An image of Debian's static busybox and its names, so that no registry is needed. */
export function importBusybox(engine: Pick<Engine, 'docker'>): void {
  const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
  try {
    engine.docker('import', '--change=ENV PATH=/bin', createBusyboxArchive(folder), BUSYBOX);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packs the files of the image into a folder that is there. */
export function createBusyboxArchive(folder: string): string {
  const [root, archive] = [join(folder, 'root'), join(folder, 'root.tar')];
  for (const name of ['bin', 'tmp', 'etc', 'www']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of execute(['/bin/busybox', '--list']).split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
  }
  execute(['tar', '--directory', root, '--create', '--file', archive, '.']);
  return archive;
}
