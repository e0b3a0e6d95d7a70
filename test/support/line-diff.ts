/** Maximum number of lines that {@link lineDiff} returns. */
export const MAX_DIFF_LINES = 40;

interface Block {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * Returns the lines in which two texts differ; empty if the texts are equal. A line with `-` is only in the expected text,
 * and a line with `+` is only in the actual text. If there are more than {@link MAX_DIFF_LINES} lines, the last line
 * counts the rest.
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
 * Returns the blocks of lines that differ. Each block ends at the nearest pair of equal lines. The result is not always
 * the smallest possible difference, but the search takes linear time if most lines are equal.
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

/**
 * Returns how many lines of each text to skip to reach the nearest line that both texts contain. If the texts have no line
 * in common, returns the number of lines of each text.
 */
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
