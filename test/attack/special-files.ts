import { runToEnd } from '../e2e/support/program.ts';

export interface SpecialFileFigures {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** Starts the program with a flag that names a file without an end, and waits until the program exits. */
export async function attack(flag: string): Promise<SpecialFileFigures> {
  const startedAt = performance.now();
  const flags = ['--web.listen-address=127.0.0.1:0', '--otlp.endpoint=https://localhost:1', flag];
  const { code, output } = await runToEnd(flags);
  return { code, output, seconds: (performance.now() - startedAt) / 1000 };
}
