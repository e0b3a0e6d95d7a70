import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectors } from '../../src/collectors/index.ts';
import { compileGoRegexp } from '../../src/flags/go-regexp.ts';
import { LinearRegExp } from '../../src/flags/linear-regexp.ts';

/** Expressions that a backtracking matcher matches in exponential or cubic time. Go matches them in linear time. */
const SLOW = [
  '(a*)*b',
  '(a|a)*b',
  '(a|aa)+$',
  '^(a+)+$',
  '(a?){40}a{40}c',
  'a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?c',
  '(.*)(.*)(.*)(.*)c',
  '(?:(?:a{1,100}){1,10})c',
  '(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)c',
  '^(a|b|ab)*c',
  '(?i)(k|K|\\x{212a})*!',
];

for (const source of SLOW) {
  test(`compileGoRegexp() matches ${source} in linear time`, () => {
    const expression = compileGoRegexp(source);
    assert.ok(expression instanceof LinearRegExp);
    // V8 alone would need more time than the age of the universe for some of these texts.
    assert.equal(expression.test('a'.repeat(3000)), source === '(a|aa)+$' || source === '^(a+)+$');
  });
}

test('compileGoRegexp() leaves simple expressions to V8', () => {
  for (const source of [
    '^(veth|docker).*',
    '^/(dev|run/credentials/.+|var/lib/docker/.+)($|/)',
    'eth\\d+',
    'a|b|c',
    '^.+\\.service$',
  ]) {
    assert.ok(!(compileGoRegexp(source) instanceof LinearRegExp), source);
  }
});

test('the default expressions of all flags are left to V8', () => {
  for (const { flags } of collectors) {
    for (const [name, flag] of Object.entries(flags)) assert.ok(!(flag.default instanceof LinearRegExp), name);
  }
});
