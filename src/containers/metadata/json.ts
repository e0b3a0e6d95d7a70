/**
 * What other programs write as JSON: nothing is taken for granted, and no part of it appears in an error, because
 * environment variables and with them secrets stand beside the names.
 */
type Json = Readonly<Record<string, unknown>>;

/** @throws {SyntaxError} */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What it says quotes the text.
    throw new SyntaxError('expected JSON');
  }
}

/** The value as an object, which is empty when it is none. */
export function objectOf(value: unknown): Json {
  // An object has properties, of which nothing is known.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function textsOf(value: unknown): ReadonlyMap<string, string> {
  const texts = Object.entries(objectOf(value)).filter(
    (entry): entry is [string, string] => textOf(entry[1]) !== undefined,
  );
  return new Map(texts);
}
