import type { Files } from '../../support/host-tree.ts';

/**
 * One of two moments at which the files of the host are generated. Before the second moment, a CPU goes offline, a disk
 * and a network interface are removed, and another interface is added. A driver is reloaded, so its counters start from
 * zero again.
 */
export type Moment = 0 | 1;

/** Returns `first` at the first moment and `second` at the second moment. */
export type Pick = <T>(first: T, second: T) => T;

export function pickAt(moment: Moment): Pick {
  return (first, second) => (moment === 0 ? first : second);
}

/** Returns files in a directory of sysfs. Each file contains one line. */
export function attributes(directory: string, values: Readonly<Record<string, string | number>>): Files {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${directory}/${name}`, `${value}\n`]));
}

/** Returns consecutive numbers in one line: `run(7, 3)` returns `7 8 9`. */
export function run(first: number, length: number): string {
  return Array.from({ length }, (_, index) => first + index).join(' ');
}
