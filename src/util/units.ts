/**
 * Factors and functions that convert units, such as those of the kernel to the base units of the metrics.
 *
 * The product `n * 0.001` and the quotient `n / 1000` can differ in the last digit. Each collector uses the same operation
 * as node_exporter, so that both programs print the same value.
 */

/** Bytes per sector in the counters of the kernel. This number does not depend on the sector size of the device. */
export const BYTES_PER_SECTOR = 512;

export const SECONDS_PER_MILLISECOND = 0.001;
export const SECONDS_PER_NANOSECOND = 1e-9;
export const MILLISECONDS_PER_SECOND = 1000;

export const HERTZ_PER_KILOHERTZ = 1000;
export const HERTZ_PER_MEGAHERTZ = 1e6;

/** Converts a duration in seconds to whole milliseconds, at least 1. `AbortSignal.timeout()` refuses fractions. */
export function toMilliseconds(seconds: number): number {
  return Math.max(1, Math.round(seconds * MILLISECONDS_PER_SECOND));
}
