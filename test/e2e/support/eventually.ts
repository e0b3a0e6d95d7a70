import { inspect } from 'node:util';

/** For what takes a moment, on a machine that is slow and busy. */
const PATIENCE_MS = 180_000;

/** Asks until the answer is good; fails with the last answer when that takes three minutes. */
export async function eventually<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    // A failure is no answer, and may not be one that can be judged.
    if (!(answer instanceof Error) && isGood(answer)) return answer;
    if (performance.now() > end) throw new Error(`No good answer within three minutes, but ${inspect(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
