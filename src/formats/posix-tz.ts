import { quote } from '../parse/lines.ts';

/** Local time at a moment. */
export interface LocalTime {
  /** `CET`, `+0545`. */
  readonly abbreviation: string;
  /** Seconds east of Greenwich. */
  readonly offset: number;
}

/** Local time at a moment of seconds since 1970. */
export type TimeZone = (seconds: number) => LocalTime;

const HOUR = 3600;
const DAY = 86_400;

/** Of a year, in seconds since 1970 as its local clock shows them. */
type Change = (year: number) => number;

const NAME = '[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>';
const TIME = String.raw`[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?`;
const RULE = new RegExp(`^(${NAME})(${TIME})(?:(${NAME})(${TIME})?(?:,([^,]+),([^,]+))?)?$`);
const CHANGE = new RegExp(String.raw`^(?:M(\d{1,2})\.([1-5])\.([0-6])|(J?)(\d{1,3}))(?:/(${TIME}))?$`);

/** What tzset(3) takes when summer time has no dates: those of the United States. */
const DEFAULT_CHANGES = ['M3.2.0', 'M11.1.0'] as const;

/**
 * A time zone in the words of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`, its abbreviation, hours west of Greenwich, and when
 * summer time begins and ends.
 * https://man7.org/linux/man-pages/man3/tzset.3.html
 */
export function parsePosixTz(text: string): TimeZone {
  const [, name, west, summerName, summerWest, start, end] = RULE.exec(text) ?? [];
  if (name === undefined || west === undefined) throw new SyntaxError(`expected a time zone, got ${quote(text)}`);
  const standard = { abbreviation: unquote(name), offset: 0 - parseTime(west) };
  if (summerName === undefined) return () => standard;

  const offset = summerWest === undefined ? standard.offset + HOUR : 0 - parseTime(summerWest);
  const summer = { abbreviation: unquote(summerName), offset };
  const startsAt = parseChange(start ?? DEFAULT_CHANGES[0]);
  const endsAt = parseChange(end ?? DEFAULT_CHANGES[1]);
  return (seconds) => {
    const year = new Date(seconds * 1000).getUTCFullYear();
    const from = startsAt(year) - standard.offset;
    const to = endsAt(year) - summer.offset;
    // South of the equator summer spans the new year.
    const isSummer = from < to ? seconds >= from && seconds < to : seconds < to || seconds >= from;
    return isSummer ? summer : standard;
  };
}

function unquote(name: string): string {
  return name.startsWith('<') ? name.slice(1, -1) : name;
}

function parseTime(text: string): number {
  const [hours = '0', minutes = '0', seconds = '0'] = text.replace(/^[+-]/, '').split(':');
  const time = Number(hours) * HOUR + Number(minutes) * 60 + Number(seconds);
  return text.startsWith('-') ? -time : time;
}

function parseChange(text: string): Change {
  const [, month, week, weekday, julian, day, time = '2'] = CHANGE.exec(text) ?? [];
  const seconds = parseTime(time);
  if (month !== undefined) {
    return (year) => dayOfMonthRule(year, Number(month), Number(week), Number(weekday)) * DAY + seconds;
  }
  if (day === undefined) throw new SyntaxError(`expected a date, got ${quote(text)}`);
  // J1 to J365 never counts 29 February; without the J days count from 0 and do.
  if (julian === '') return (year) => firstDayOf(year) + Number(day) * DAY + seconds;
  const afterFebruary = Number(day) >= 60;
  return (year) => firstDayOf(year) + (Number(day) - 1 + (afterFebruary && isLeap(year) ? 1 : 0)) * DAY + seconds;
}

function firstDayOf(year: number): number {
  return Date.UTC(year, 0, 1) / 1000;
}

function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}

/** The n-th such weekday of a month, the last one for 5, in days since 1970. */
function dayOfMonthRule(year: number, month: number, week: number, weekday: number): number {
  const first = Date.UTC(year, month - 1, 1) / 1000 / DAY;
  const next = Date.UTC(year, month, 1) / 1000 / DAY;
  // 1 January 1970 was a Thursday.
  const day = first + ((weekday - (first + 4) + 7 * 1_000_000) % 7) + (week - 1) * 7;
  return day < next ? day : day - 7;
}
