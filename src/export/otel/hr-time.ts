import type { HrTime } from '@opentelemetry/api';

/** What OTLP has for a time that is not known. */
export const UNKNOWN_TIME: HrTime = [0, 0];

/** @param seconds since 1970 */
export function toHrTime(seconds: number): HrTime {
  const whole = Math.floor(seconds);
  // To microseconds: a double has no more of a time of today.
  return [whole, Math.min(Math.round((seconds - whole) * 1e6), 999_999) * 1000];
}
