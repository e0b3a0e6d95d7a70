/** A JSON object from another program. Every property may be missing or have an unexpected type. */
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON. The error does not quote the text, which may contain environment variables with secrets.
 *
 * @throws {SyntaxError} if the text is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('expected JSON');
  }
}

/** Returns the value if it is an object, and an empty object otherwise. */
export function asObject(value: unknown): JsonObject {
  // Every object that is not an array can be used as a record of unknown values.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Returns the value if it is an array, and an empty array otherwise. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the value if it is a non-empty string, and `undefined` otherwise. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns those properties of an object that are non-empty strings. */
export function asTextMap(value: unknown): ReadonlyMap<string, string> {
  const texts = Object.entries(asObject(value)).filter(
    (entry): entry is [string, string] => asText(entry[1]) !== undefined,
  );
  return new Map(texts);
}
