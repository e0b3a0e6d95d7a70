import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_CALLS } from '../host/system-calls.ts';
import type { Log } from '../util/log.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof SIGNALS)[number];

/** Calls `stop` at the first SIGTERM or SIGINT. A second signal ends the process at once. */
export function onStopSignal(stop: (signal: StopSignal) => Promise<void>): void {
  let isStopping = false;
  const handle = (signal: StopSignal): void => {
    if (isStopping) raise(signal);
    isStopping = true;
    stop(signal).catch(() => raise(signal));
  };
  for (const signal of SIGNALS) process.on(signal, handle);
}

const PARENT_POLL_MS = 500;

/**
 * Sends SIGTERM to this process when its parent process has ended. npm starts a command in a shell and forwards SIGTERM only
 * to the shell. The shell then ends, but the command continues to run.
 */
export function stopWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
}

/** Maximum time to wait for pending calls. The calls of an interrupted scrape usually return within this time. */
const PENDING_CALLS_MS = 200;
const POLL_MS = 10;

/**
 * Exits with code 0. If a call to the host hangs, raises the signal instead: process.exit() would wait for the thread of
 * this call, and the call may never return.
 */
export async function exitProcess(signal: StopSignal, pendingCalls: () => readonly string[], log: Log): Promise<void> {
  const end = performance.now() + PENDING_CALLS_MS;
  while (pendingCalls().length > 0 && performance.now() < end) await sleep(POLL_MS);
  if (pendingCalls().length === 0) process.exit(0);
  log.warn(`Exiting by ${signal} because calls hang: ${pendingCalls().join(', ')}`);
  raise(signal);
}

const RAISE_MS = 100;

function raise(signal: StopSignal): void {
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
  // In a container, this process may be the init process. The kernel discards a signal that an init process sends to
  // itself, unless the process handles the signal.
  setTimeout(endProcess, RAISE_MS);
}

/** Ends all threads, even a thread with a hanging call. */
function endProcess(): void {
  SYSTEM_CALLS?.exit(0);
  process.abort();
}
