export const EXPECTED_PAIRS = 'expected key=value,key=value, percent-encoded';

/**
 * `key=value,key=value`, percent-encoded: how OpenTelemetry's variables write lists.
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/
 *
 * @throws {RangeError} for a pair without a key, and for half a percent-encoded character
 */
export function readKeyValuePairs(written: string): readonly (readonly [key: string, value: string])[] {
  return written
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new RangeError(EXPECTED_PAIRS);
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written.trim());
  } catch {
    throw new RangeError(EXPECTED_PAIRS);
  }
}
