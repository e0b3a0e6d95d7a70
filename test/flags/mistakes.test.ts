import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mistakes } from '../../src/flags/mistakes.ts';
import { UsageError } from '../../src/flags/usage-error.ts';

function thrownBy(...errors: readonly unknown[]): unknown {
  const mistakes = new Mistakes();
  for (const error of errors) mistakes.add(error);
  try {
    mistakes.throwIfAny();
    return undefined;
  } catch (error) {
    return error;
  }
}

test('Mistakes throws nothing without a mistake', () => {
  assert.equal(new Mistakes().isEmpty, true);
  assert.equal(thrownBy(), undefined);
});

test('Mistakes throws a single error as it is', () => {
  const error = new Error('Cannot load a');
  assert.equal(thrownBy(error), error);
});

test('Mistakes throws all errors at once, equal messages once', () => {
  const [first, second] = [new Error('Cannot load a'), new Error('Cannot load b')];
  assert.deepEqual(
    thrownBy(first, second, new Error('Cannot load a')),
    new AggregateError([first, second], 'Cannot load a\nCannot load b'),
  );
});

test('Mistakes throws a UsageError with all messages if one of them is a UsageError', () => {
  assert.deepEqual(
    thrownBy(new Error('Cannot load a'), new UsageError('Unknown flag --b', 'Unknown flag --c')),
    new UsageError('Cannot load a', 'Unknown flag --b', 'Unknown flag --c'),
  );
});

test('Mistakes adds each error of an AggregateError, and values that are no errors', () => {
  assert.deepEqual(thrownBy(new AggregateError([new UsageError('a'), 'b']), 'c'), new UsageError('a', 'b', 'c'));
});

test('Mistakes.attempt() returns the result of a check, and undefined after an error', () => {
  const mistakes = new Mistakes();
  assert.equal(
    mistakes.attempt(() => 7),
    7,
  );
  assert.equal(mistakes.isEmpty, true);
  const fail = (): number => {
    throw new UsageError('Unknown flag --b');
  };
  assert.equal(mistakes.attempt(fail), undefined);
  assert.equal(mistakes.isEmpty, false);
});
