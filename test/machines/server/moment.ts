import type { Files } from '../../support/machine.ts';

/**
 * The server at one of two moments. Between them a CPU was taken off-line, a disk and a network interface are gone,
 * another interface has come, and a driver that was loaded again counts from zero.
 */
export type Moment = 0 | 1;

/** One value for each moment. */
export type Pick = <T>(first: T, second: T) => T;

export function pickAt(moment: Moment): Pick {
  return (first, second) => (moment === 0 ? first : second);
}

/** Attributes of sysfs: a line each. */
export function attributes(folder: string, values: Readonly<Record<string, string | number>>): Files {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]));
}

/** `7 8 9`, from a first number on. */
export function run(first: number, length: number): string {
  return Array.from({ length }, (_, index) => first + index).join(' ');
}
