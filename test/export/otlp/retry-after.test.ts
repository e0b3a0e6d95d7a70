import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfter } from '../../../src/export/otlp/retry-after.ts';

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);

function parses(header: string | undefined, expected: number | undefined): void {
  test(`parseRetryAfter() returns ${expected} for ${JSON.stringify(header)}`, () => {
    assert.equal(parseRetryAfter(header, NOW), expected);
  });
}

parses(undefined, undefined);
parses('', undefined);
parses('0', 0);
parses(' 7 ', 7000);
parses('Sat, 28 Nov 2026 12:00:30 GMT', 30_000);
parses('Saturday, 28-Nov-26 12:00:30 GMT', 30_000);
parses('Sat Nov 28 12:00:30 2026', 30_000);
parses('Sat, 28 Nov 2026 11:00:00 GMT', 0);
parses('soon', undefined);
parses('-5', undefined);
parses('7.5', undefined);
parses('1e3', undefined);
parses('2026-11-28', undefined);
parses('Sat, 99 Foo 2026 12:00:30 GMT', undefined);
parses('9'.repeat(400), Number.POSITIVE_INFINITY);
