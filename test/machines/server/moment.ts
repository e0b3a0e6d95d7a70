import type { Files } from '../../support/host-tree.ts';

/**
 * The server at one of two moments. Between them a CPU goes offline, a disk and a network interface are removed, another
 * interface is added, and a driver is reloaded and counts from zero again.
 */
export type Moment = 0 | 1;

/** Returns the value of the moment. */
export type Pick = <T>(first: T, second: T) => T;

export function pickAt(moment: Moment): Pick {
  return (first, second) => (moment === 0 ? first : second);
}

/** Files of sysfs with one line each. */
export function attributes(directory: string, values: Readonly<Record<string, string | number>>): Files {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${directory}/${name}`, `${value}\n`]));
}

/** Consecutive numbers: `run(7, 3)` is `7 8 9`. */
export function run(first: number, length: number): string {
  return Array.from({ length }, (_, index) => first + index).join(' ');
}
