import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { README, withCurrentTables } from './docs.ts';

test('README.md has every flag, collector and metric of the code (npm run docs writes them)', () => {
  const readme = readFileSync(README, 'utf8');
  assert.equal(readme, withCurrentTables(readme));
});
