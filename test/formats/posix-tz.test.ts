import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePosixTz } from '../../src/formats/posix-tz.ts';
import { describeParser } from '../support/describe-parser.ts';

/** Returns the abbreviation and the UTC offset in seconds of a zone at an ISO date: `CEST 7200`. */
function show(rule: string, date: string): string {
  const { abbreviation, offset } = parsePosixTz(rule)(Date.parse(date) / 1000);
  return `${abbreviation} ${offset}`;
}

test('parsePosixTz() parses zones without daylight saving time', () => {
  assert.equal(show('UTC0', '2026-07-01T00:00Z'), 'UTC 0');
  assert.equal(show('JST-9', '2026-07-01T00:00Z'), 'JST 32400');
  assert.equal(show('<+0545>-5:45', '2026-07-01T00:00Z'), '+0545 20700');
  assert.equal(show('<-00>+0:00:30', '2026-07-01T00:00Z'), '-00 -30');
});

test('parsePosixTz() switches to daylight saving time and back at the right second', () => {
  const BERLIN = 'CET-1CEST,M3.5.0,M10.5.0/3';
  assert.equal(show(BERLIN, '2026-03-29T00:59:59Z'), 'CET 3600');
  assert.equal(show(BERLIN, '2026-03-29T01:00:00Z'), 'CEST 7200');
  assert.equal(show(BERLIN, '2026-10-25T00:59:59Z'), 'CEST 7200');
  assert.equal(show(BERLIN, '2026-10-25T01:00:00Z'), 'CET 3600');
});

test('parsePosixTz() parses daylight saving time that includes the new year', () => {
  const SYDNEY = 'AEST-10AEDT,M10.1.0,M4.1.0/3';
  assert.equal(show(SYDNEY, '2026-01-01T00:00Z'), 'AEDT 39600');
  assert.equal(show(SYDNEY, '2026-07-01T00:00Z'), 'AEST 36000');
  assert.equal(show(SYDNEY, '2026-12-31T23:59Z'), 'AEDT 39600');
});

test('parsePosixTz() assumes the dates of the United States for a rule without dates', () => {
  assert.equal(show('EST5EDT', '2026-03-08T06:59:59Z'), 'EST -18000');
  assert.equal(show('EST5EDT', '2026-03-08T07:00:00Z'), 'EDT -14400');
  assert.equal(show('EST5EDT', '2026-11-01T06:00:00Z'), 'EST -18000');
});

test('parsePosixTz() counts days of the year with and without 29 February', () => {
  assert.equal(show('AAA0BBB,J60/0,J61/0', '2028-03-01T00:00Z'), 'BBB 3600');
  assert.equal(show('AAA0BBB,59/0,60/0', '2028-02-29T12:00Z'), 'BBB 3600');
  assert.equal(show('AAA0BBB,59/0,60/0', '2027-03-01T12:00Z'), 'BBB 3600');
});

test('parsePosixTz() parses negative times and an explicit offset of daylight saving time', () => {
  assert.equal(show('<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2026-03-29T00:59:59Z'), '-02 -7200');
  assert.equal(show('<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2026-03-29T01:00:00Z'), '-01 -3600');
  assert.equal(show('IST-1GMT0,M10.5.0,M3.5.0/1', '2026-01-01T00:00Z'), 'GMT 0');
});

const { rejects, survives } = describeParser('parsePosixTz', parsePosixTz);
rejects('an empty text', '', 'expected a time zone, got ""');
rejects('a name without an offset', 'CET', 'expected a time zone, got "CET"');
rejects('a word for a date', 'CET-1CEST,soon,later', 'expected a date, got "soon"');
survives('CET-1CEST,M3.5.0,M10.5.0/3', '<+0545>-5:45');
