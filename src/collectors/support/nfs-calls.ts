import type { RpcStats } from '../../parse/rpc-stats.ts';

/** Names of the procedures of each NFS version, in the order of their numbers: RFC 1094, RFC 1813 and RFC 8881. */
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
  /** Names of the counters. Some indexes of a line belong to no operation. */
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

/** Returns the counters that the kernel prints, without those of newer kernels, whose names are unknown. */
export function countNfsCalls(stats: RpcStats, lines: readonly NfsCallLine[]): readonly NfsCallCount[] {
  return lines.flatMap(({ key, version, names }) =>
    (stats.get(key) ?? []).flatMap((count, index) => {
      const name = names[index];
      return name === undefined ? [] : [{ version, name, count }];
    }),
  );
}
