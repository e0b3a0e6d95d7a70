import { inspect } from 'node:util';

/** Asks until the answer is good; fails with the last answer when that takes a minute. */
export async function eventually<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + 60_000;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    if (isGood(answer)) return answer;
    if (performance.now() > end) throw new Error(`No good answer within a minute, but ${inspect(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
