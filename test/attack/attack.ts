/** An attack on a running exporter. Attacks run in a separate process, so that they do not delay the probes. */
export interface Attack {
  /** Number of containers on the host of the exporter. Default: the exporter reads this host. */
  readonly containers?: number;
  /** Writes more files of the host into a directory, before the exporter starts. Default: no more files. */
  prepare?(directory: string): void;
  /** Additional flags of the exporter. Default: none. */
  readonly flags?: readonly string[];
  /** Runs until the signal aborts. */
  run(url: URL, signal: AbortSignal): Promise<void>;
}

/** Calls `act` again and again in each of `count` loops, until the signal aborts. Errors of `act` are ignored. */
export async function repeat(count: number, signal: AbortSignal, act: (loop: number) => Promise<void>): Promise<void> {
  const loops = Array.from({ length: count }, async (_, loop) => {
    while (!signal.aborted) {
      await act(loop).catch(() => undefined);
      // Lets other loops run, even if `act` fails at once.
      await new Promise(setImmediate);
    }
  });
  await Promise.all(loops);
}
