import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from '../../src/cli/help.ts';
import { collectors } from '../../src/collectors/index.ts';
import { flagsOf } from '../../src/config/program-flags.ts';

test('helpText() lists every flag with its default', () => {
  const flags = flagsOf(collectors);
  const help = helpText(flags);
  for (const [name, { unlisted }] of Object.entries(flags)) {
    if (!unlisted) assert.match(help, new RegExp(`^  --(\\[no-\\])?${name.replaceAll('.', '\\.')}\\b`, 'm'));
  }
  assert.match(help, /--web\.listen-address=ADDRESS …\n.*\(default: :23333\)/);
});

test('helpText() wraps descriptions at 100 characters', () => {
  const lines = helpText(flagsOf(collectors)).split('\n');
  assert.deepEqual(
    lines.filter((line) => line.length > 100 && line.trim().includes(' ')),
    [],
  );
});
