import { ByteReader } from '../util/byte-reader.ts';
import { type LocalTime, parsePosixTz, type TimeZone } from './posix-tz.ts';

const MAGIC = 'TZif';
const RESERVED_BYTES = 15;
const TYPE_BYTES = 6;

interface TzifBlock {
  /** Version byte: 0 in a file of version 1, an ASCII digit in later versions. */
  readonly version: number;
  /** Times of the transitions in ascending order, as Unix time in seconds. */
  readonly transitions: readonly number[];
  /** For each transition, the index in `localTimes` of the local time that applies after the transition. */
  readonly types: readonly number[];
  readonly localTimes: readonly (LocalTime & { readonly isDaylightSaving: boolean })[];
}

/**
 * Parses a compiled time zone, such as `/etc/localtime`: a list of transitions, and a POSIX time zone that applies after the
 * last transition. Files of version 1 contain one block, with times of 4 bytes. In later versions, a second block repeats
 * the first block with times of 8 bytes.
 *
 * https://www.rfc-editor.org/rfc/rfc9636
 * https://man7.org/linux/man-pages/man5/tzfile.5.html
 */
export function parseTzif(bytes: Buffer): TimeZone {
  const reader = new ByteReader(bytes);
  const first = readBlock(reader, 4);
  if (first.version === 0) return toTimeZone(first, undefined);
  const second = readBlock(reader, 8);
  const rule = bytes.toString('latin1', reader.position).split('\n')[1] ?? '';
  return toTimeZone(second, rule === '' ? undefined : parsePosixTz(rule));
}

function readBlock(reader: ByteReader, timeBytes: 4 | 8): TzifBlock {
  if (reader.read(MAGIC.length).toString('latin1') !== MAGIC) throw new SyntaxError('expected a compiled time zone');
  const version = reader.uint8();
  reader.skip(RESERVED_BYTES);
  const utcIndicators = reader.uint32();
  const standardIndicators = reader.uint32();
  const leapSeconds = reader.uint32();
  const transitionCount = reader.uint32();
  const typeCount = reader.uint32();
  const characters = reader.uint32();
  const times = new ByteReader(reader.read(transitionCount * timeBytes));
  const types = [...reader.read(transitionCount)];
  const records = new ByteReader(reader.read(typeCount * TYPE_BYTES));
  const names = reader.read(characters);
  reader.skip(leapSeconds * (timeBytes + 4) + standardIndicators + utcIndicators);
  return {
    version,
    transitions: types.map(() => (timeBytes === 4 ? times.int32() : Number(times.int64()))),
    types,
    localTimes: Array.from({ length: typeCount }, () => ({
      offset: records.int32(),
      isDaylightSaving: records.uint8() !== 0,
      abbreviation: readName(names, records.uint8()),
    })),
  };
}

/** Returns the name that starts at an index and ends before a null byte. */
function readName(names: Buffer, start: number): string {
  const [name = ''] = names.toString('latin1', start).split('\0', 1);
  return name;
}

function toTimeZone({ transitions, types, localTimes }: TzifBlock, rule: TimeZone | undefined): TimeZone {
  const initial = localTimes.find(({ isDaylightSaving }) => !isDaylightSaving) ?? localTimes[0];
  if (initial === undefined) throw new SyntaxError('expected a local time in a compiled time zone');
  return (seconds) => {
    const last = transitions.findLastIndex((time) => time <= seconds);
    if (last === transitions.length - 1 && rule !== undefined) return rule(seconds);
    const { abbreviation, offset } = localTimes[types[last] ?? -1] ?? initial;
    return { abbreviation, offset };
  };
}
