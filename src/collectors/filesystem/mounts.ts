import { parseReporting } from '../../host/errors.ts';
import { type Host, optional, PERMISSION_ERRNOS, ReadError } from '../../host/host.ts';
import { decodeUtf8 } from '../../host/utf8.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';
import type { ReportProblem } from '../../parse/rows.ts';
import { memoizeLast } from '../../util/memoize.ts';

/** A mount with two forms of its mount point: `mountPoint` is the label, and `path` contains the bytes for system calls. */
export interface VisibleMount extends Mount {
  /** Path of the mount point, with one character for each byte and without the escapes of the kernel. */
  readonly path: string;
}

/** A parser of a mount table. It reports the malformed lines of the text at each call. */
export type MountParser<T> = (text: string, root: string, report: ReportProblem) => T;

/** Returns a parser that parses a text again only if the text or the root has changed. Mount tables seldom change. */
export function memoizeMountParser<T>(parse: MountParser<T>): MountParser<T> {
  const parseChanged = memoizeLast((text: string, root: string) => {
    const problems: SyntaxError[] = [];
    const parseAtRoot = (table: string, report: ReportProblem): T => parse(table, root, report);
    const value = parseReporting(text, parseAtRoot, (problem) => problems.push(problem));
    return { value, problems };
  });
  return (text, root, report) => {
    const { value, problems } = parseChanged(text, root);
    for (const problem of problems) report(problem);
    return value;
  };
}

/**
 * Reads and parses the mount table of process 1. If the mount option hidepid of procfs hides process 1, reads the mount
 * table of this process instead.
 */
export function readMountinfo<T>({ proc }: Host, parse: (text: string, report: ReportProblem) => T): T {
  try {
    const mounts = optional(() => proc.readLatin1('1/mountinfo', parse));
    if (mounts !== undefined) return mounts;
  } catch (error) {
    if (!(error instanceof ReadError && PERMISSION_ERRNOS.has(error.code ?? ''))) throw error;
  }
  return proc.readLatin1('self/mountinfo', parse);
}

/**
 * Parses a mount table into the mounts that are visible on the host.
 *
 * @param text the mount table, with one character for each byte
 * @param root the directory where this process sees the root of the host. It is removed from the mount points: if the root
 *   is `/host`, the mount point `/host/home` becomes `/home`.
 */
export const parseVisibleMounts: MountParser<VisibleMount[]> = (text, root, report) => {
  const rootBytes = toLatin1(root);
  return withoutCovered(
    parseMountinfo(text, report).map((mount) => {
      const mountPoint = withoutRoot(mount.mountPoint, rootBytes);
      return {
        ...mount,
        source: fromLatin1(mount.source),
        mountPoint: fromLatin1(mountPoint),
        path: decodeEscapes(mountPoint),
      };
    }),
  );
};

function withoutRoot(mountPoint: string, root: string): string {
  if (mountPoint === root) return '/';
  return root !== '/' && mountPoint.startsWith(`${root}/`) ? mountPoint.slice(root.length) : mountPoint;
}

/**
 * Removes each mount whose source, mount point and type are equal to those of a later mount. Both mounts would have the
 * same labels.
 */
function withoutCovered(mounts: readonly VisibleMount[]): VisibleMount[] {
  const byLabels = new Map<string, VisibleMount>();
  for (const mount of mounts) byLabels.set([mount.source, mount.mountPoint, mount.type].join('\n'), mount);
  return [...byLabels.values()];
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Encodes a text as UTF-8 and returns the bytes as a string with one character for each byte. */
export function toLatin1(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text;
}

/** Decodes a string with one character for each byte from UTF-8. Bytes that are not UTF-8 become U+FFFD. */
function fromLatin1(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return decodeUtf8(bytes, bytes.length);
}

/** Converts a path to an argument of a system call. The path has one character for each byte; bytes may be non-ASCII. */
export function toSystemPath(path: string): string | Buffer {
  return NOT_ASCII.test(path) ? Buffer.from(path, 'latin1') : path;
}

/** Decodes the escapes of newline, number sign and backslash. As in node_exporter, the labels contain these escapes. */
export function decodeEscapes(mountPoint: string): string {
  if (!mountPoint.includes('\\')) return mountPoint;
  return mountPoint.replaceAll(/\\(012|043|134)/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/**
 * Returns whether the file system is read-only. Recent kernels show the option `emergency_ro` instead of `ro` if an error
 * has made an ext4 file system read-only.
 */
export function isReadOnly({ options, superOptions }: Mount): boolean {
  return options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');
}
