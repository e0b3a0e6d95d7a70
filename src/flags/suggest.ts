/** The name that was probably meant: at most a third of its letters differ. */
export function suggest(given: string, names: readonly string[]): string | undefined {
  let found: string | undefined;
  let smallest = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(given, name);
    if (distance < smallest) {
      found = name;
      smallest = distance;
    }
  }
  return found;
}

/** How many letters have to be put in, taken out or changed (Levenshtein's distance). */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      current.push(Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, changed));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
