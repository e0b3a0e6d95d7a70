import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError } from '../../src/host/host.ts';
import { parseNumberFile, parseText } from '../../src/parse/lines.ts';
import { createMachine } from '../support/machine.ts';

const asIs = (text: string): string => text;

test('AsyncTree.read() reads an attribute of a page, and bytes that are no text as one character', async () => {
  await using machine = await createMachine({
    'sys/long': 'x'.repeat(4000),
    'sys/bytes': Buffer.from([0x41, 0xff, 0xfe, 0x42, 0x0a]),
  });
  assert.equal(await machine.host.slowSys.read('long', asIs), 'x'.repeat(4000));
  assert.equal(await machine.host.slowSys.read('bytes', parseText), 'A\u{fffd}B');
});

test('AsyncTree.read() tells absent, unreadable and malformed apart', async () => {
  await using machine = await createMachine({ 'sys/directory/': '', 'sys/number': 'many\n' });
  const { slowSys } = machine.host;
  await assert.rejects(slowSys.read('nothing', parseText), AbsentError);
  await assert.rejects(slowSys.read('directory', parseText), { name: 'ReadError', code: 'EISDIR' });
  await assert.rejects(slowSys.read('number', parseNumberFile), {
    message: `Cannot parse ${join(machine.root, 'sys/number')}: expected a number instead of "many"`,
  });
  assert.deepEqual(machine.host.pendingCalls, []);
});
