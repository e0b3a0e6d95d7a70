/**
 * JSON that other programs write. Its shape is not trusted, and errors never quote it: it may contain environment variables,
 * and with them secrets.
 */
type JsonObject = Readonly<Record<string, unknown>>;

/** @throws {SyntaxError} if the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of the original error quotes the text.
    throw new SyntaxError('expected JSON');
  }
}

/** Returns the value if it is an object, and an empty object otherwise. */
export function asObject(value: unknown): JsonObject {
  // Any object has properties of unknown types.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Returns the value if it is an array, and an empty array otherwise. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the value if it is a non-empty string. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the properties of an object whose values are non-empty strings. */
export function asTextMap(value: unknown): ReadonlyMap<string, string> {
  const texts = Object.entries(asObject(value)).filter(
    (entry): entry is [string, string] => asText(entry[1]) !== undefined,
  );
  return new Map(texts);
}
