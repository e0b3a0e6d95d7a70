import type { Readers, YamlValue } from './yaml-value.ts';

/** A token bucket that limits requests. */
export interface RateLimit {
  /** Time in milliseconds in which the bucket gets one token. */
  readonly intervalMs: number;
  /** Maximum number of tokens in the bucket. */
  readonly burst: number;
}

const READERS: Readers<{ readonly interval: number; readonly burst: number }> = {
  interval: readMilliseconds,
  burst: (value) => value.integer(),
};

/** Returns the value of `rate_limit`; `undefined` if the interval is 0 or absent. */
export function readRateLimit(value: YamlValue): RateLimit | undefined {
  const { interval: intervalMs = 0, burst = 0 } = value.mapping(READERS);
  return intervalMs === 0 ? undefined : { intervalMs, burst };
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a duration of Go, such as `1m30s`. A number without a unit is a number of nanoseconds.
 *
 * https://pkg.go.dev/time#ParseDuration
 */
function readMilliseconds(value: YamlValue): number {
  const text = value.text();
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1e-6;
  if (!/^(\d{1,15}(\.\d{1,15})?(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) value.fail('expected a duration such as 500ms');
  let milliseconds = 0;
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)([a-zµμ]+)/gy)) {
    milliseconds += Number(amount) * (MILLISECONDS[unit] ?? 0);
  }
  return milliseconds;
}
