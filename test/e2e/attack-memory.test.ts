import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTACKS } from '../attack/attacks.ts';
import { measureAttacks } from '../attack/measure.ts';

const OPTIONS = { seconds: 2, limitMiB: 256 };

for (const name of Object.keys(ATTACKS)) {
  test(`the program survives the attack "${name}" in 256 MiB`, { timeout: 120_000 }, async () => {
    const result = await measureAttacks([name], OPTIONS);
    assert.equal(result.isRunning, true);
    assert.ok(result.residentMiB < OPTIONS.limitMiB, `${result.residentMiB} MiB`);
  });
}
