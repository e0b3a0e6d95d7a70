/** A JSON object from another program. Every property may be missing or have an unexpected type. */
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Maximum number of values in a file. The state of a container has a few hundred values. Users own some of the files, and
 * a text of 16 MiB that consists of brackets takes more memory than the process has.
 */
const MAX_FILE_VALUES = 50_000;

/**
 * Parses JSON. The error does not quote the text, which may contain environment variables with secrets.
 *
 * @param maxValues approximate maximum number of values. Default: the maximum for a file.
 * @throws {SyntaxError} if the text is not JSON or contains too many values
 */
export function parseJson(text: string, maxValues = MAX_FILE_VALUES): unknown {
  if (hasMoreThan(maxValues, text)) throw new SyntaxError(`expected at most ${maxValues} values`);
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('expected JSON');
  }
}

/** Characters of which one precedes each value except the first value. Strings may contain these characters too. */
const SEPARATORS = ['{', '[', ','];

/** Returns whether a text in JSON may contain more than `count` values. */
function hasMoreThan(count: number, text: string): boolean {
  if (text.length <= count) return false;
  let rest = count;
  for (const separator of SEPARATORS) {
    for (let index = text.indexOf(separator); index !== -1; index = text.indexOf(separator, index + 1)) {
      rest -= 1;
      if (rest < 0) return true;
    }
  }
  return false;
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
