import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globToRegExp } from '../../src/host/glob.ts';
import { createHostTree } from '../support/host-tree.ts';

function matches(part: string, matching: readonly string[], others: readonly string[]): void {
  test(`globToRegExp() matches ${JSON.stringify(part)} as Go does`, () => {
    const pattern = globToRegExp(part);
    assert.deepEqual(
      [matching, others].map((names) => names.filter((name) => pattern?.test(name))),
      [matching, []],
    );
  });
}

matches('*', ['', 'a', '.a', 'é', 'a\nb'], []);
matches('*.d', ['.d', 'a.d', 'a.b.d'], ['ad', 'a.dd']);
matches('a?c', ['abc', 'a.c', 'a\u{1f600}c'], ['ac', 'abbc']);
matches('a*b*c?', ['abcd', 'axbbcyc\n', 'abcbcx'], ['abc', 'acbx', 'xabcd']);
matches('*[0-9]*.d', ['1.d', 'a1b2.d', '.1.d.d'], ['a.d', '1d']);
matches(`${'*a'.repeat(20)}*b`, [`${'a'.repeat(30)}b`], ['a'.repeat(250)]);
matches('[a-c]1', ['a1', 'c1'], ['d1', '-1', 'a']);
matches('[^a-c]', ['d', '-'], ['a', '']);
matches('[ab^]', ['a', '^'], ['c']);
matches('[\\]a\\-]', [']', 'a', '-'], ['\\']);
matches('\\*\\?', ['*?'], ['ab']);
matches('a+(b).{c}$|d*', ['a+(b).{c}$|d'], ['aab']);

test('globToRegExp() returns undefined for a plain name and for a malformed pattern', () => {
  for (const part of ['name.d', '[', '[a', '[]', '[^]', 'a\\', '[c-a]'])
    assert.equal(globToRegExp(part), undefined, part);
});

test('AsyncTree.glob() descends through patterns and names, and skips directories that cannot be listed', async () => {
  await using machine = await createHostTree({
    'proc/a1/x/m.d/': '',
    'proc/a2/x/n.d/': '',
    'proc/a2/x/file': '',
    'proc/a3': 'a file',
    'proc/b1/x/m.d/': '',
  });
  const { files } = machine.host;
  const glob = async (pattern: string) =>
    (await files.glob(`${machine.root}/proc/${pattern}`)).map((path) => path.slice(`${machine.root}/proc/`.length));
  assert.deepEqual(await glob('a?/x/*.d'), ['a1/x/m.d', 'a2/x/n.d']);
  assert.deepEqual(await glob('*/x/m.d'), ['a1/x/m.d', 'b1/x/m.d']);
  assert.deepEqual(await glob('a1/x'), ['a1/x']);
  assert.deepEqual(await glob('nothing/*'), []);
  assert.deepEqual(await glob('nothing'), []);
});
