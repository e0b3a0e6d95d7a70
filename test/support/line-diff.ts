/** The most lines that {@link lineDiff} returns. */
export const MAX_DIFF_LINES = 40;

interface Block {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * Returns the lines that differ between two texts: `-` before a line that only the expected text has, `+` before one that
 * only the actual text has. At most {@link MAX_DIFF_LINES} lines; the last one counts those left out. Empty if the texts are
 * equal.
 */
export function lineDiff(expected: string, actual: string): string {
  if (expected === actual) return '';
  const lines = blocksOf(expected.split('\n'), actual.split('\n')).flatMap(({ removed, added }) => [
    ...removed.map((line) => `- ${line}`),
    ...added.map((line) => `+ ${line}`),
  ]);
  if (lines.length <= MAX_DIFF_LINES) return lines.join('\n');
  const shown = lines.slice(0, MAX_DIFF_LINES - 1);
  return [...shown, `… and ${lines.length - shown.length} more lines`].join('\n');
}

/**
 * Finds the differing blocks by looking from the first difference for the nearest pair of equal lines. That is not the
 * smallest diff, and it is linear where texts share most of their lines.
 */
function blocksOf(expected: readonly string[], actual: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  let [left, right] = [0, 0];
  while (left < expected.length || right < actual.length) {
    if (left < expected.length && right < actual.length && expected[left] === actual[right]) {
      left += 1;
      right += 1;
      continue;
    }
    const [skipLeft, skipRight] = nextMatch(expected.slice(left), actual.slice(right));
    blocks.push({
      removed: expected.slice(left, left + skipLeft),
      added: actual.slice(right, right + skipRight),
    });
    left += skipLeft;
    right += skipRight;
  }
  return blocks;
}

/** @returns how many lines of each text to skip until both have the same line; all of them if they share none */
function nextMatch(expected: readonly string[], actual: readonly string[]): readonly [number, number] {
  const firstIn = new Map<string, number>();
  actual.forEach((line, index) => {
    if (!firstIn.has(line)) firstIn.set(line, index);
  });
  let best: readonly [number, number] = [expected.length, actual.length];
  for (const [index, line] of expected.entries()) {
    if (index >= best[0] + best[1]) break;
    const match = firstIn.get(line);
    if (match !== undefined && index + match < best[0] + best[1]) best = [index, match];
  }
  return best;
}
