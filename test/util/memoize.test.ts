import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoize, memoizeLast, WeakMemo } from '../../src/util/memoize.ts';

test('remember() asks once for each key', () => {
  const asked: string[] = [];
  const lengthOf = memoize((key) => {
    asked.push(key);
    return key.length;
  });
  assert.deepEqual(['a', 'bc', 'a', 'bc'].map(lengthOf), [1, 2, 1, 2]);
  assert.deepEqual(asked, ['a', 'bc']);
});

test('rememberLast() asks again when anything it is asked for is another, and after an error', () => {
  const asked: string[] = [];
  const join = memoizeLast((text: string, more: readonly string[]) => {
    asked.push(text);
    if (text === 'bad') throw new SyntaxError('expected more');
    return [text, ...more].join();
  });
  const [some, others] = [['x'], ['y']];
  assert.deepEqual(
    [join('a', some), join('a', some), join('a', others), join('b', others)],
    ['a,x', 'a,x', 'a,y', 'b,y'],
  );
  assert.deepEqual(asked, ['a', 'a', 'b']);
  assert.throws(() => join('bad', some), SyntaxError);
  assert.throws(() => join('bad', some), SyntaxError);
  assert.equal(join('b', others), 'b,y');
});

test('KnownOf finds out once of an object, and each time where there is none or no answer', () => {
  const known = new WeakMemo<boolean>();
  const [one, other] = [{}, {}];
  let found = 0;
  const find = (answer: boolean | undefined) => () => {
    found += 1;
    return answer;
  };
  assert.deepEqual(
    [known.get(one, find(undefined)), known.get(one, find(false)), known.get(one, find(true))],
    [undefined, false, false],
  );
  assert.deepEqual(
    [known.get(other, find(true)), known.get(undefined, find(true)), known.get(undefined, find(false))],
    [true, true, false],
  );
  assert.equal(found, 5);
});
