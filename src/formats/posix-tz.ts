import { quote } from '../parse/lines.ts';

/** The local time that applies at a point in time. */
export interface LocalTime {
  /** Abbreviation of the time zone: `CET`, `+0545`. */
  readonly abbreviation: string;
  /** Offset from UTC in seconds; positive east of Greenwich. */
  readonly offset: number;
}

/** Returns the local time that applies at a Unix time in seconds. */
export type TimeZone = (seconds: number) => LocalTime;

const HOUR = 3600;
const DAY = 86_400;

/** Returns the local time of a transition in a year, in seconds since 1 January 1970 00:00 in local time. */
type Transition = (year: number) => number;

const NAME = '[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>';
const TIME = String.raw`[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?`;
const RULE = new RegExp(`^(${NAME})(${TIME})(?:(${NAME})(${TIME})?(?:,([^,]+),([^,]+))?)?$`);
const TRANSITION = new RegExp(String.raw`^(?:M(\d{1,2})\.([1-5])\.([0-6])|(J?)(\d{1,3}))(?:/(${TIME}))?$`);

/** Transitions of the United States. The C library uses them if a time zone has daylight saving time but no dates. */
const DEFAULT_TRANSITIONS = ['M3.2.0', 'M11.1.0'] as const;

/**
 * Parses a time zone in the format of POSIX: abbreviations, hours west of Greenwich, and start and end of daylight saving
 * time.
 *
 *     CET-1CEST,M3.5.0,M10.5.0/3
 *
 * https://man7.org/linux/man-pages/man3/tzset.3.html
 */
export function parsePosixTz(text: string): TimeZone {
  const [, name, west, daylightName, daylightWest, start, end] = RULE.exec(text) ?? [];
  if (name === undefined || west === undefined) throw new SyntaxError(`expected a time zone, got ${quote(text)}`);
  const standard = { abbreviation: unquote(name), offset: 0 - parseTime(west) };
  if (daylightName === undefined) return () => standard;

  const offset = daylightWest === undefined ? standard.offset + HOUR : 0 - parseTime(daylightWest);
  const daylight = { abbreviation: unquote(daylightName), offset };
  const startOf = parseTransition(start ?? DEFAULT_TRANSITIONS[0]);
  const endOf = parseTransition(end ?? DEFAULT_TRANSITIONS[1]);
  return (seconds) => {
    const year = new Date(seconds * 1000).getUTCFullYear();
    const from = startOf(year) - standard.offset;
    const to = endOf(year) - daylight.offset;
    // In the southern hemisphere, daylight saving time ends in the year after its start.
    const isDaylight = from < to ? seconds >= from && seconds < to : seconds < to || seconds >= from;
    return isDaylight ? daylight : standard;
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

function parseTransition(text: string): Transition {
  const [, month, week, weekday, julian, day, time = '2'] = TRANSITION.exec(text) ?? [];
  const seconds = parseTime(time);
  if (month !== undefined) {
    return (year) => findWeekday(year, Number(month), Number(week), Number(weekday)) * DAY + seconds;
  }
  if (day === undefined) throw new SyntaxError(`expected a date, got ${quote(text)}`);
  // Day numbers without J start at 0 and count 29 February. The numbers J1 to J365 never count 29 February.
  if (julian === '') return (year) => startOfYear(year) + Number(day) * DAY + seconds;
  const isAfterFebruary = Number(day) >= 60;
  return (year) =>
    startOfYear(year) + (Number(day) - 1 + (isAfterFebruary && isLeapYear(year) ? 1 : 0)) * DAY + seconds;
}

function startOfYear(year: number): number {
  return Date.UTC(year, 0, 1) / 1000;
}

function isLeapYear(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}

/**
 * Returns the date of a weekday in a month, in days since the Unix epoch.
 *
 * @param week number of the occurrence in the month, starting at 1; 5 means the last occurrence
 */
function findWeekday(year: number, month: number, week: number, weekday: number): number {
  const first = Date.UTC(year, month - 1, 1) / 1000 / DAY;
  const next = Date.UTC(year, month, 1) / 1000 / DAY;
  // 1 January 1970 was a Thursday.
  const day = first + ((weekday - (first + 4) + 7 * 1_000_000) % 7) + (week - 1) * 7;
  return day < next ? day : day - 7;
}
