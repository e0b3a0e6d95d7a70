/**
 * A value in a D-Bus message. A variant is represented by the value that it contains. Arrays, structures and dictionary
 * entries are represented by lists. Integers of 64 bits are rounded to doubles.
 */
export type DbusValue = string | number | boolean | readonly DbusValue[];

export function expectString(value: DbusValue | undefined): string {
  if (typeof value !== 'string') throw new SyntaxError(`expected a string instead of ${JSON.stringify(value)}`);
  return value;
}

export function expectNumber(value: DbusValue | undefined): number {
  if (typeof value !== 'number') throw new SyntaxError(`expected a number instead of ${JSON.stringify(value)}`);
  return value;
}

export function expectList(value: DbusValue | undefined): readonly DbusValue[] {
  if (typeof value !== 'object') throw new SyntaxError(`expected a list instead of ${JSON.stringify(value)}`);
  return value;
}
