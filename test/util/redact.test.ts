import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteValue, redactUrls } from '../../src/util/redact.ts';

const VALUES: Readonly<Record<string, string>> = {
  'user:PASS@host': 'host',
  'user:PASS@host:4318/v1': 'host:4318/v1',
  'user:P@SS@host': 'host',
  'user:P/A?S#S@host': 'host',
  'http://user:PASS@host': 'http://host',
  'http://user:P/A?S#S@host': 'http://host',
  'http://TOKEN@host': 'http://host',
  '//user:PASS@host': '//host',
  'redis+tls://:PASS@cache:6379': 'redis+tls://cache:6379',
  'getty@tty1.service': 'getty@tty1.service',
  '(getty@tty': '(getty@tty',
  'localhost:4317': 'localhost:4317',
  '': '',
};

for (const [value, shown] of Object.entries(VALUES)) {
  test(`quoteValue() shows ${JSON.stringify(value)} as ${JSON.stringify(shown)}`, () => {
    assert.equal(quoteValue(value), JSON.stringify(shown));
  });
}

test('redactUrls() removes user and password of each URL in a text', () => {
  assert.equal(
    redactUrls('Cannot get "http://a:b@c/d": connect to https://e:f/g@h/ failed, mail x@y'),
    'Cannot get "http://c/d": connect to https://h/ failed, mail x@y',
  );
});
