import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError } from '../../src/host/host.ts';
import { parseNumberFile, parseText } from '../../src/parse/lines.ts';
import { createMachine } from '../support/machine.ts';

test('MountedTree.attribute() reads 128 bytes, and bytes that are no text as one character', async () => {
  await using machine = await createMachine({
    'sys/long': 'x'.repeat(200),
    'sys/bytes': Buffer.from([0x41, 0xff, 0xfe, 0x42, 0x0a]),
  });
  assert.equal(await machine.host.slowSys.attribute('long', parseText), 'x'.repeat(128));
  assert.equal(await machine.host.slowSys.attribute('bytes', parseText), 'A\u{fffd}B');
});

test('MountedTree.attribute() tells absent, unreadable and malformed apart', async () => {
  await using machine = await createMachine({ 'sys/directory/': '', 'sys/number': 'many\n' });
  const { slowSys } = machine.host;
  await assert.rejects(slowSys.attribute('nothing', parseText), AbsentError);
  await assert.rejects(slowSys.attribute('directory', parseText), { name: 'ReadError', code: 'EISDIR' });
  await assert.rejects(slowSys.attribute('number', parseNumberFile), {
    message: `Cannot parse ${join(machine.root, 'sys/number')}: expected a number, got "many"`,
  });
  assert.deepEqual(machine.host.pendingCalls, []);
});
