export const EXPECTED_KEY_VALUE_LIST = 'expected key=value,key=value with percent-encoding';

/**
 * Parses a list of pairs from an environment variable of OpenTelemetry: `key=value,key=value`. Keys and values are
 * percent-encoded.
 *
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 *
 * @throws {RangeError} if a pair has no key, or if a percent-encoded character is incomplete
 */
export function parseKeyValueList(text: string): readonly (readonly [key: string, value: string])[] {
  return text
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map(parsePair);
}

/**
 * Parses a pair `key=value`.
 *
 * @throws {RangeError} for a pair without a key, and for an incomplete percent-encoded character
 */
export function parsePair(pair: string): readonly [key: string, value: string] {
  const equals = pair.indexOf('=');
  const key = decode(pair.slice(0, Math.max(equals, 0)));
  if (key === '') throw new RangeError(EXPECTED_KEY_VALUE_LIST);
  return [key, decode(pair.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw new RangeError(EXPECTED_KEY_VALUE_LIST);
  }
}
