import type { HrTime } from '@opentelemetry/api';

/** OTLP's value for an unknown time. */
export const UNKNOWN_TIME: HrTime = [0, 0];

/**
 * Returns seconds and nanoseconds, rounded to microseconds: a double has no better precision for a Unix time.
 *
 * @param seconds Unix time in seconds
 */
export function toHrTime(seconds: number): HrTime {
  const whole = Math.floor(seconds);
  return [whole, Math.min(Math.round((seconds - whole) * 1e6), 999_999) * 1000];
}
