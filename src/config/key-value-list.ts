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
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new RangeError(EXPECTED_KEY_VALUE_LIST);
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw new RangeError(EXPECTED_KEY_VALUE_LIST);
  }
}
