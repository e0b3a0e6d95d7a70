/**
 * Starts a clock that returns Unix time in seconds, with microseconds. Node.js returns whole milliseconds: the function
 * waits for the next millisecond, half of one on average, and counts from there. The clock is for measurements of about a
 * second: it does not follow when the host's clock is set.
 */
export function startWallClock(): () => number {
  const before = Date.now();
  let now = Date.now();
  while (now === before) now = Date.now();
  const start = now - performance.now();
  return () => (start + performance.now()) / 1000;
}
