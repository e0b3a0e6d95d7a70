import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineDiff } from './line-diff.ts';

/**
 * Compares a text with a file in `test/golden`. With `UPDATE_GOLDEN=1` (`npm run golden`), writes the file instead. A
 * failure prints the lines that differ.
 */
export function assertGolden(name: string, text: string): void {
  const file = join(import.meta.dirname, '../golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  const diff = lineDiff(readFileSync(file, 'utf8'), text);
  if (diff !== '') assert.fail(`test/golden/${name} differs (- golden, + actual):\n${diff}`);
}
