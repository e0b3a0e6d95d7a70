/** Chooses the function of read-sync.ts that reads a file of procfs or sysfs with the fewest system calls. */
import { type Reader, readAttribute, readRecord, readRows, readSetting, readToEnd } from './read-sync.ts';

/**
 * @param directory path relative to the root of the tree, with a final slash: `net/`; empty for the root
 * @param name name of the file in the directory
 */
export type ChooseReader = (directory: string, name: string) => Reader;

/** Files that the kernel prints as one record, or in rows that are all shorter than half a memory page. */
const SHORT_ROWS: ReadonlySet<string> = new Set([
  'buddyinfo',
  'cgroups',
  'io',
  'limits',
  'loadavg',
  'locks',
  'meminfo',
  'stat',
  'status',
  'uptime',
  'vmstat',
]);

/**
 * Matches directories in which all files have short rows. Such directories exist for the host (`net/`) and for each process
 * (`1/net/`).
 */
const HAS_SHORT_ROWS = /^(?:(?:\d+|self)\/)?(?:net|pressure)\//;

export const chooseProcReader: ChooseReader = (directory, name) => {
  if (directory.startsWith('sys/')) return readSetting;
  return SHORT_ROWS.has(name) || HAS_SHORT_ROWS.test(directory) ? readRows : readToEnd;
};

const CGROUPS = 'fs/cgroup/';
/**
 * Files of a cgroup with one row for each process or thread. The kernel prints each of the other cgroup files as one
 * record.
 */
const CGROUP_LISTS: ReadonlySet<string> = new Set(['cgroup.procs', 'cgroup.threads', 'tasks']);

/**
 * Matches directories of sysfs in which other file systems are mounted. The files of these file systems may have many rows.
 */
const OTHER_FILE_SYSTEMS = /^(?:fs\/(?:bpf|pstore|resctrl)|kernel\/(?:config|debug|security|tracing))\//;

export const chooseSysReader: ChooseReader = (directory, name) => {
  if (directory.startsWith(CGROUPS)) return CGROUP_LISTS.has(name) ? readRows : readRecord;
  return OTHER_FILE_SYSTEMS.test(directory) ? readToEnd : readAttribute;
};
