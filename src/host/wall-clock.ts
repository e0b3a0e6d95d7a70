/**
 * Starts a clock that returns Unix time in seconds with a precision of microseconds. Node.js reports Unix time in whole
 * milliseconds only. Therefore this function waits for the start of the next millisecond (half a millisecond on average)
 * and then adds the elapsed time. Use the clock for about a second only, because it ignores changes of the host's clock.
 */
export function startWallClock(): () => number {
  const before = Date.now();
  let now = Date.now();
  while (now === before) now = Date.now();
  const start = now - performance.now();
  return () => (start + performance.now()) / 1000;
}
