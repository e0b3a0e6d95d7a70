import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoize, memoizeLast, WeakMemo } from '../../src/util/memoize.ts';

test('memoize() computes each key once', () => {
  const computed: string[] = [];
  const lengthOf = memoize((key) => {
    computed.push(key);
    return key.length;
  });
  assert.deepEqual(['a', 'bc', 'a', 'bc'].map(lengthOf), [1, 2, 1, 2]);
  assert.deepEqual(computed, ['a', 'bc']);
});

test('memoizeLast() computes again when an argument changes, and after an error', () => {
  const computed: string[] = [];
  const join = memoizeLast((text: string, more: readonly string[]) => {
    computed.push(text);
    if (text === 'bad') throw new SyntaxError('expected more');
    return [text, ...more].join();
  });
  const [some, others] = [['x'], ['y']];
  assert.deepEqual(
    [join('a', some), join('a', some), join('a', others), join('b', others)],
    ['a,x', 'a,x', 'a,y', 'b,y'],
  );
  assert.deepEqual(computed, ['a', 'a', 'b']);
  assert.throws(() => join('bad', some), SyntaxError);
  assert.throws(() => join('bad', some), SyntaxError);
  assert.equal(join('b', others), 'b,y');
});

test('WeakMemo computes once per object, and each time without an object or a result', () => {
  const memo = new WeakMemo<boolean>();
  const [one, other] = [{}, {}];
  let calls = 0;
  const compute = (result: boolean | undefined) => () => {
    calls += 1;
    return result;
  };
  assert.deepEqual(
    [memo.get(one, compute(undefined)), memo.get(one, compute(false)), memo.get(one, compute(true))],
    [undefined, false, false],
  );
  assert.deepEqual(
    [memo.get(other, compute(true)), memo.get(undefined, compute(true)), memo.get(undefined, compute(false))],
    [true, true, false],
  );
  assert.equal(calls, 5);
});
