/**
 * Starts a clock of the host's time, in seconds since 1970, that shows microseconds. Node tells milliseconds: we wait for
 * the next one to begin, half of one on average, and count from there. For measurements of about a second; a clock that
 * is set meanwhile is not noticed.
 */
export function startWallClock(): () => number {
  const before = Date.now();
  let now = Date.now();
  while (now === before) now = Date.now();
  const start = now - performance.now();
  return () => (start + performance.now()) / 1000;
}
