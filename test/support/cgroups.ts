import type { Files } from './machine.ts';

export const ID_A = 'a'.repeat(64);
export const ID_B = 'b'.repeat(64);

/** A machine with cgroups of version 2. */
export const CGROUP2: Files = {
  'proc/stat': 'btime 1700000000\n',
  'sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
};

/** The files of one cgroup below a folder, such as `sys/fs/cgroup/docker/a…`. */
export function cgroup(folder: string, files: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** `/proc/<pid>` of a process that started so many seconds after boot. */
export function processFiles(pid: number, { startedAfter = 1, net = '' } = {}): Files {
  const fields = ['S', ...Array(18).fill('0'), String(startedAfter * 100), '0'];
  return {
    [`proc/${pid}/stat`]: `${pid} (sh) ${fields.join(' ')}\n`,
    ...(net === '' ? {} : { [`proc/${pid}/net/dev`]: net }),
  };
}

/** `net/dev` of one interface with bytes and packets in both directions. */
export function netDev(name: string, bytes: number): string {
  const half = [bytes, 2, 3, 4, 0, 0, 0, 0];
  return `Inter-|   Receive  |  Transmit\n face |bytes    packets\n${name}: ${[...half, ...half].join(' ')}\n`;
}
