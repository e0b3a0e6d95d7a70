/** A value as D-Bus sends it: a variant is what it holds, a structure or dictionary entry a list. 64 bits are rounded. */
export type Value = string | number | boolean | readonly Value[];

export function textOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw new SyntaxError(`expected a text instead of ${JSON.stringify(value)}`);
  return value;
}

export function numberOf(value: Value | undefined): number {
  if (typeof value !== 'number') throw new SyntaxError(`expected a number instead of ${JSON.stringify(value)}`);
  return value;
}

export function listOf(value: Value | undefined): readonly Value[] {
  if (typeof value !== 'object') throw new SyntaxError(`expected a list instead of ${JSON.stringify(value)}`);
  return value;
}
