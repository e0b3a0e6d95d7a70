import type { RateLimit } from '../../config/web/rate-limit.ts';

/** A token bucket: each request takes one token, and the bucket gets one token in each interval. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #updatedAt: number;

  /** @param now returns the reading of a monotonic clock in milliseconds. Tests replace this function. */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#updatedAt = now();
  }

  /** Takes a token. Returns false if the bucket is empty. */
  take(): boolean {
    const now = this.#now();
    const { intervalMs, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#updatedAt) / intervalMs);
    this.#updatedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
