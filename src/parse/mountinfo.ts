import { quote, splitLines } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

export interface Mount {
  readonly id: string;
  /** ID of the parent mount. The parent mount contains the mount point. */
  readonly parent: string;
  readonly major: string;
  readonly minor: string;
  /**
   * Path of the mount point. Escaped blanks and tabs are decoded. Other escapes of the kernel (`\012`, `\134`) are not
   * decoded.
   */
  readonly mountPoint: string;
  /** Options of this mount, for example `rw` and `noatime`. */
  readonly options: readonly string[];
  /** Type of the file system, for example `fuse.sshfs`. */
  readonly type: string;
  /** Device or other source of the mount. The escapes of the kernel are not decoded. The text may be empty. */
  readonly source: string;
  /** Options of the file system. All mounts of the file system share these options. */
  readonly superOptions: readonly string[];
}

/**
 * Parses `/proc/<pid>/mountinfo`. The file contains one line per mount. Blanks separate the fields. The kernel escapes a
 * blank inside a field, but the options of some file systems contain unescaped blanks.
 *
 *     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function parseMountinfo(text: string, report: ReportProblem = raise): Mount[] {
  return parseRows(splitLines(text), parseMount, report);
}

const SEPARATOR = ' - ';

function parseMount(line: string): Mount {
  const separator = line.indexOf(SEPARATOR);
  const [id, parent, device, , mountPoint, options] = line.slice(0, Math.max(0, separator)).split(' ');
  const [type, source, ...superOptions] = line.slice(separator + SEPARATOR.length).split(' ');
  const [major, minor, ...more] = device?.split(':') ?? [];
  if (
    id === undefined ||
    parent === undefined ||
    !isNumber(major) ||
    !isNumber(minor) ||
    more.length > 0 ||
    mountPoint === undefined ||
    options === undefined ||
    source === undefined ||
    superOptions.length === 0
  ) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  return {
    id,
    parent,
    major,
    minor,
    mountPoint: decodeBlanks(mountPoint),
    options: options.split(','),
    type: type ?? '',
    source,
    superOptions: superOptions.join(' ').split(','),
  };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

function decodeBlanks(path: string): string {
  return path.includes('\\') ? path.replaceAll('\\040', ' ').replaceAll('\\011', '\t') : path;
}
