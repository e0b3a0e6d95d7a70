import { quote, splitLines } from './lines.ts';

export interface Mount {
  readonly id: string;
  /** The mount that its mount point is in. */
  readonly parent: string;
  readonly major: string;
  readonly minor: string;
  /** With blanks and tabs as they are, and the other escapes of the kernel (`\012`, `\134`) as it writes them. */
  readonly mountPoint: string;
  /** Of this mount: `rw`, `noatime`. */
  readonly options: readonly string[];
  /** Such as `fuse.sshfs`. */
  readonly type: string;
  /** What is mounted, as the kernel writes it; may be empty. */
  readonly source: string;
  /** Of the file system, whatever is mounted of it. */
  readonly superOptions: readonly string[];
}

/**
 * /proc/[pid]/mountinfo: `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
 *
 * Blanks part the fields and are escaped within them, but for those that some file systems print in their own options.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function parseMountinfo(text: string): Mount[] {
  return splitLines(text).map(parseLine);
}

const SEPARATOR = ' - ';

function parseLine(line: string): Mount {
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
