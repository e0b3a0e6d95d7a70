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

interface ProcessOptions {
  /** Seconds from boot to the start of the process. */
  readonly startedAfter?: number;
  /** Content of `net/dev`; if it is empty, the file does not exist. */
  readonly net?: string;
  /** PIDs of the process in its nested PID namespaces; without PIDs, the file `status` does not exist. */
  readonly namespacePids?: readonly number[];
  /** Numbers of the namespaces to which the links in `ns` point. */
  readonly namespaces?: Readonly<Partial<Record<'net' | 'mnt', number>>>;
}

/** Returns the files of a process in `/proc/<pid>`. */
export function processFiles(pid: number, options: ProcessOptions = {}): Files {
  const { startedAfter = 1, net = '', namespacePids = [], namespaces = {} } = options;
  const fields = ['S', ...Array(18).fill('0'), String(startedAfter * 100), '0'];
  const links = Object.entries(namespaces).map(([kind, id]) => [`proc/${pid}/ns/${kind}`, { link: `${kind}:[${id}]` }]);
  return {
    [`proc/${pid}/stat`]: `${pid} (sh) ${fields.join(' ')}\n`,
    ...(net === '' ? {} : { [`proc/${pid}/net/dev`]: net }),
    ...(namespacePids.length === 0
      ? {}
      : { [`proc/${pid}/status`]: `Name:\tsh\nNSpid:\t${namespacePids.join('\t')}\nThreads:\t1\n` }),
    ...Object.fromEntries(links),
  };
}

/**
 * Returns the text of `net/dev` for one interface. The interface has received and transmitted the same number of bytes.
 */
export function netDev(name: string, bytes: number): string {
  const half = [bytes, 2, 3, 4, 0, 0, 0, 0];
  return `Inter-|   Receive  |  Transmit\n face |bytes    packets\n${name}: ${[...half, ...half].join(' ')}\n`;
}
