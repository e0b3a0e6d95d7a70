import { type LocalTime, parsePosixTz, type TimeZone } from './posix-tz.ts';

const HEADER_BYTES = 44;
const TYPE_BYTES = 6;

interface Header {
  readonly version: number;
  readonly transitions: number;
  readonly types: number;
  readonly characters: number;
  /** Of what follows the abbreviations: leap seconds and indicators that nobody here needs. */
  readonly restBytes: number;
}

/** The numbers of a block, with times of 4 bytes in the first one and of 8 in the second. */
interface Block {
  readonly times: readonly number[];
  /** After each of the times. */
  readonly types: readonly number[];
  readonly local: readonly (LocalTime & { readonly isSummer: boolean })[];
  readonly end: number;
}

/**
 * A compiled time zone, `/etc/localtime` or a file below `/usr/share/zoneinfo`: the changes of the past, and a rule in
 * the words of POSIX for the time after the last.
 * https://www.rfc-editor.org/rfc/rfc9636, https://man7.org/linux/man-pages/man5/tzfile.5.html
 */
export function parseTzif(bytes: Buffer): TimeZone {
  try {
    const first = readBlock(bytes, 0, 4);
    // Version 1 ends with its first block; all others say the same once more, and better.
    if (readHeader(bytes, 0).version === 0) return zoneOf(first, undefined);
    const second = readBlock(bytes, first.end, 8);
    const rule = bytes.toString('latin1', second.end).split('\n')[1] ?? '';
    return zoneOf(second, rule === '' ? undefined : parsePosixTz(rule));
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('unexpected end of a compiled time zone', { cause: error });
    throw error;
  }
}

function readHeader(bytes: Buffer, start: number): Header {
  if (bytes.toString('latin1', start, start + 4) !== 'TZif') throw new SyntaxError('expected a compiled time zone');
  const [universal = 0, standard = 0, leaps = 0, transitions = 0, types = 0, characters = 0] = Array.from(
    { length: 6 },
    (_, index) => bytes.readUInt32BE(start + 20 + index * 4),
  );
  const version = bytes.readUInt8(start + 4);
  // Versions are written as digits: 0 is the absence of one.
  const leapBytes = start === 0 ? 8 : 12;
  return { version, transitions, types, characters, restBytes: leaps * leapBytes + standard + universal };
}

function readBlock(bytes: Buffer, start: number, timeBytes: 4 | 8): Block {
  const header = readHeader(bytes, start);
  const timesAt = start + HEADER_BYTES;
  const indicesAt = timesAt + header.transitions * timeBytes;
  const typesAt = indicesAt + header.transitions;
  const namesAt = typesAt + header.types * TYPE_BYTES;
  const end = namesAt + header.characters + header.restBytes;
  if (end > bytes.length) throw new RangeError('a block goes beyond the end');
  const readTime = (at: number): number => (timeBytes === 4 ? bytes.readInt32BE(at) : Number(bytes.readBigInt64BE(at)));
  const nameAt = (index: number): string => {
    const from = namesAt + index;
    return bytes.toString('latin1', from, bytes.indexOf(0, from));
  };
  return {
    times: Array.from({ length: header.transitions }, (_, index) => readTime(timesAt + index * timeBytes)),
    types: [...bytes.subarray(indicesAt, typesAt)],
    local: Array.from({ length: header.types }, (_, index) => {
      const at = typesAt + index * TYPE_BYTES;
      return {
        offset: bytes.readInt32BE(at),
        isSummer: bytes.readUInt8(at + 4) !== 0,
        abbreviation: nameAt(bytes.readUInt8(at + 5)),
      };
    }),
    end,
  };
}

function zoneOf({ times, types, local }: Block, afterwards: TimeZone | undefined): TimeZone {
  const before = local.find(({ isSummer }) => !isSummer) ?? local[0];
  if (before === undefined) throw new SyntaxError('expected a local time in a compiled time zone');
  return (seconds) => {
    const last = times.findLastIndex((time) => time <= seconds);
    if (last === times.length - 1 && afterwards !== undefined) return afterwards(seconds);
    const { abbreviation, offset } = local[types[last] ?? -1] ?? before;
    return { abbreviation, offset };
  };
}
