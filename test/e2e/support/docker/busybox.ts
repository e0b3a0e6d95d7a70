import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, execute } from './engine.ts';

export const BUSYBOX = 'local/busybox:1';

/** An image of Debian's static busybox and its names, so that no registry is needed. */
export function importBusybox(engine: Pick<Engine, 'docker'>): void {
  const root = mkdtempSync(join(tmpdir(), 'busybox-'));
  try {
    for (const folder of ['bin', 'tmp', 'etc', 'www']) mkdirSync(join(root, folder));
    copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
    for (const name of execute(['/bin/busybox', '--list']).split('\n')) {
      if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
    }
    execute(['tar', '--directory', root, '--create', '--file', `${root}.tar`, '.']);
    engine.docker('import', '--change=ENV PATH=/bin', `${root}.tar`, BUSYBOX);
  } finally {
    rmSync(root, { recursive: true });
    rmSync(`${root}.tar`, { force: true });
  }
}
