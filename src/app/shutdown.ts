import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../util/log.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof SIGNALS)[number];

/** Runs `stop` at the first signal; a second one ends the process at once. */
export function onStopSignal(stop: (signal: StopSignal) => Promise<void>): void {
  let stopping = false;
  const handle = (signal: StopSignal): void => {
    if (stopping) raise(signal);
    stopping = true;
    stop(signal).catch(() => raise(signal));
  };
  for (const signal of SIGNALS) process.on(signal, handle);
}

const ANSWER_MS = 300;
const ASK_AGAIN_MS = 10;

/**
 * Ends with exit code 0; but while a call to the machine hangs, Node's exit would wait for its thread for ever, and only
 * a signal ends the process.
 */
export async function endProcess(signal: StopSignal, pendingCalls: () => readonly string[], log: Log): Promise<void> {
  // What a scrape that was cut off has asked a moment ago is answered in a moment, and hangs no more than any other call.
  const end = performance.now() + ANSWER_MS;
  while (pendingCalls().length > 0 && performance.now() < end) await sleep(ASK_AGAIN_MS);
  if (pendingCalls().length === 0) process.exit(0);
  log.warn(`Ending by ${signal} because the machine does not answer: ${pendingCalls().join(', ')}`);
  raise(signal);
}

const RAISE_MS = 100;

function raise(signal: StopSignal): void {
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
  // The first process of a container survives a signal that it does not handle, its own too.
  setTimeout(becomeNothing, RAISE_MS);
}

/** Becomes another program, one that ends with exit code 0 at once: the kernel does away with every thread, hung or not. */
function becomeNothing(): void {
  process.execve?.(process.execPath, [process.execPath, '--eval', ''], {});
  process.abort();
}
