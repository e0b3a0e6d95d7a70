import type { RpcStats } from '../../parse/rpc-stats.ts';

/**
 * Procedures of each NFS version. The position of a name is the number of the procedure in RFC 1094, RFC 1813 or RFC 8881.
 */
const PROCEDURES = [
  {
    version: 2,
    names:
      'NULL GETATTR SETATTR ROOT LOOKUP READLINK READ WRITECACHE WRITE CREATE REMOVE RENAME LINK SYMLINK MKDIR RMDIR ' +
      'READDIR STATFS',
  },
  {
    version: 3,
    names:
      'NULL GETATTR SETATTR LOOKUP ACCESS READLINK READ WRITE CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME LINK ' +
      'READDIR READDIRPLUS FSSTAT FSINFO PATHCONF COMMIT',
  },
  { version: 4, names: 'NULL COMPOUND' },
];

/** A line of `/proc/net/rpc/nfs` or `/proc/net/rpc/nfsd` with one counter for each procedure or operation. */
export interface NfsCallLine {
  /** First word of the line. */
  readonly key: string;
  /** Version of NFS. */
  readonly version: number;
  /** Names of the counters by index; `undefined` for an index without an operation. */
  readonly names: readonly (string | undefined)[];
}

/** Returns the lines with the procedures of some NFS versions. */
export function procedureLines(versions: readonly number[]): readonly NfsCallLine[] {
  return PROCEDURES.filter(({ version }) => versions.includes(version)).map(({ version, names }) => ({
    key: `proc${version}`,
    version,
    names: names.split(' '),
  }));
}

export interface NfsCallCount {
  readonly version: number;
  readonly name: string;
  readonly count: number;
}

/** Returns the counters in these lines. Leaves out counters without a known name, which newer kernels print. */
export function countNfsCalls(stats: RpcStats, lines: readonly NfsCallLine[]): readonly NfsCallCount[] {
  return lines.flatMap(({ key, version, names }) =>
    (stats.get(key) ?? []).flatMap((count, index) => {
      const name = names[index];
      return name === undefined || count === undefined ? [] : [{ version, name, count }];
    }),
  );
}

/**
 * Returns the number at an index of the line with a key: 0 if the kernel does not print the number, as in node_exporter, and
 * `undefined` if the number is malformed.
 */
export function countOrZero(stats: RpcStats, key: string, index: number): number | undefined {
  if (!stats.has(key)) return 0;
  const numbers = stats.get(key);
  return numbers !== undefined && index >= numbers.length ? 0 : numbers?.[index];
}
