import type { Files } from './host-tree.ts';

export const ID_A = 'a'.repeat(64);
export const ID_B = 'b'.repeat(64);

/** Files of a host with cgroup v2. */
export const CGROUP2: Files = {
  'proc/stat': 'btime 1700000000\n',
  'sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
};

/** Returns the files of one cgroup. The directory is a path such as `sys/fs/cgroup/docker/a…`. */
export function cgroup(directory: string, files: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]));
}

/**
 * Returns the files of a process in `/proc/<pid>`.
 *
 * @param startedAfter seconds from boot to the start of the process
 * @param net content of `net/dev`; if it is empty, the file does not exist
 */
export function processFiles(pid: number, { startedAfter = 1, net = '' } = {}): Files {
  const fields = ['S', ...Array(18).fill('0'), String(startedAfter * 100), '0'];
  return {
    [`proc/${pid}/stat`]: `${pid} (sh) ${fields.join(' ')}\n`,
    ...(net === '' ? {} : { [`proc/${pid}/net/dev`]: net }),
  };
}

/**
 * Returns the text of `net/dev` for one interface. The interface has received and transmitted the same number of bytes.
 */
export function netDev(name: string, bytes: number): string {
  const half = [bytes, 2, 3, 4, 0, 0, 0, 0];
  return `Inter-|   Receive  |  Transmit\n face |bytes    packets\n${name}: ${[...half, ...half].join(' ')}\n`;
}
