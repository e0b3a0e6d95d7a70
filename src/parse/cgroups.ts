import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A cgroup controller. */
export interface CgroupController {
  readonly name: string;
  readonly cgroups: number;
  /** 1 if the controller is enabled, 0 if not. */
  readonly enabled: number;
}

/**
 * Parses `/proc/cgroups`, one line per controller:
 *
 *     #subsys_name	hierarchy	num_cgroups	enabled
 *     memory	4	22	1
 *
 * https://man7.org/linux/man-pages/man7/cgroups.7.html
 */
export function parseCgroups(text: string): readonly CgroupController[] {
  return splitLines(text)
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [name, , cgroups, enabled] = splitWords(line);
      if (name === undefined || cgroups === undefined || enabled === undefined) {
        throw new SyntaxError(`unexpected line ${quote(line)}`);
      }
      return { name, cgroups: parseUnsigned(cgroups), enabled: parseUnsigned(enabled) };
    });
}
