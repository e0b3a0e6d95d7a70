import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xfrm } from '../../src/collectors/xfrm.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const NAMES = (
  'AcquireError FwdHdrError InBufferError InError InHdrError InNoPols InNoStates InPolBlock InPolError InStateExpired ' +
  'InStateInvalid InStateMismatch InStateModeError InStateProtoError InStateSeqError InTmplMismatch ' +
  'OutBundleCheckError OutBundleGenError OutError OutNoStates OutPolBlock OutPolDead OutPolError OutStateExpired ' +
  'OutStateInvalid OutStateModeError OutStateProtoError OutStateSeqError'
).split(' ');

/** Returns the name of a family: `in_no_pols` for `InNoPols`. */
function familyOf(name: string): string {
  return `node_xfrm_${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()}_packets_total`;
}

test('xfrm emits every counter', async () => {
  const lines = NAMES.map((name, index) => `Xfrm${name}                \t${index + 1}\n`);
  await using machine = await createHostTree({ 'proc/net/xfrm_stat': `${lines.join('')}XfrmInIptfsError \t99\n` });
  assert.deepEqual(await collect(xfrm, machine.host), {
    state: 'ok',
    errors: [],
    lines: NAMES.map((name, index) => `${familyOf(name)} ${index + 1}`),
  });
});

test('xfrm emits 0 for counters that the kernel does not have', async () => {
  await using machine = await createHostTree({ 'proc/net/xfrm_stat': 'XfrmInError \t7\n' });
  const { lines } = await collect(xfrm, machine.host);
  assert.equal(lines.length, 28);
  assert.deepEqual(
    lines.filter((line) => !line.endsWith(' 0')),
    ['node_xfrm_in_error_packets_total 7'],
  );
});

test('xfrm drops a damaged counter and keeps the others', async () => {
  await using machine = await createHostTree({ 'proc/net/xfrm_stat': 'XfrmInError 7\nXfrmOutError 8\n' });
  const { lines: all } = await collect(xfrm, machine.host);
  await machine.write({ 'proc/net/xfrm_stat': 'XfrmInError x\nXfrmOutError 8\n' });
  assert.deepEqual(await collect(xfrm, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/xfrm_stat: expected a number, got "x" in "XfrmInError x"'],
    lines: all.filter((line) => !line.startsWith('node_xfrm_in_error_packets_total')),
  });
});

test('xfrm fails where the file has no known counter', async () => {
  await using machine = await createHostTree({ 'proc/net/xfrm_stat': '\n' });
  assert.deepEqual(await collect(xfrm, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/xfrm_stat: expected a line such as "XfrmInError 3" in "\\n"'],
    lines: [],
  });
});

test('xfrm is absent where /proc/net/xfrm_stat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(xfrm, machine.host), { state: 'absent', errors: [], lines: [] });
});
