import type { Files } from '../../support/host-tree.ts';
import { cpuFiles } from './cpu.ts';
import { hardwareFiles } from './hardware.ts';
import { kernelFiles } from './kernel.ts';
import { type Moment, pickAt } from './moment.ts';
import { networkFiles } from './network.ts';
import { storageFiles } from './storage.ts';

/** Returns the files of a host in the formats of Linux 6.18. They contain data for each collector that reads files. */
export function serverFiles(moment: Moment): Files {
  const pick = pickAt(moment);
  return {
    ...cpuFiles(pick),
    ...kernelFiles(pick),
    ...networkFiles(pick),
    ...storageFiles(pick),
    ...hardwareFiles(pick),
    'textfile/backup.prom': `# TYPE backup_age_seconds gauge\nbackup_age_seconds{job="a"} ${pick(7, 22)}\n`,
    ...pick<Files>({ 'textfile/gone.prom': 'gone_total 1\n' }, {}),
  };
}
