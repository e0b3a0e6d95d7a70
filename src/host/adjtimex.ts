import { messageOf } from '../util/errors.ts';
import { AbsentError, ReadError } from './errors.ts';

/** What the kernel says of its clock. https://man7.org/linux/man-pages/man2/adjtimex.2.html */
export interface ClockState {
  /** What adjtimex(2) returns: 5 (`TIME_ERROR`) for a clock that is not synchronized. */
  readonly state: number;
  readonly timex: Readonly<Record<TimexField, number>>;
}

/** `struct timex` as <sys/timex.h> of glibc and musl declare it; the 44 bytes at its end are kept for later kernels. */
const TIMEX = {
  modes: 'unsigned int',
  offset: 'long',
  freq: 'long',
  maxerror: 'long',
  esterror: 'long',
  status: 'int',
  constant: 'long',
  precision: 'long',
  tolerance: 'long',
  seconds: 'long',
  microseconds: 'long',
  tick: 'long',
  ppsfreq: 'long',
  jitter: 'long',
  shift: 'int',
  stabil: 'long',
  jitcnt: 'long',
  calcnt: 'long',
  errcnt: 'long',
  stbcnt: 'long',
  tai: 'int',
} as const;
const LATER_INTS = 11;

export type TimexField = keyof typeof TIMEX;

/**
 * Finds adjtimex(2), which Node.js does not have: through koffi, where that is installed. The call asks and sets
 * nothing (`modes` is 0), and needs no privilege.
 *
 * @throws {AbsentError} where koffi is not installed or cannot be loaded
 */
export async function loadAdjtimex(): Promise<() => ClockState> {
  try {
    const { default: koffi } = await import('koffi');
    const struct = koffi.struct({ ...TIMEX, later: koffi.array('int', LATER_INTS) });
    const adjtimex = koffi.load(null).func('adjtimex', 'int', [koffi.inout(koffi.pointer(struct))]);
    const empty = { ...mapFields(() => 0), later: Array.from({ length: LATER_INTS }, () => 0) };
    return () => {
      const timex: Record<string, unknown> = { ...empty };
      const state: number = adjtimex(timex);
      if (state < 0) throw explainErrno(koffi.errno(), koffi.os.errno);
      return { state, timex: mapFields((field) => Number(timex[field])) };
    };
  } catch (error) {
    throw new AbsentError(`Cannot load koffi: ${messageOf(error)}`, { cause: error });
  }
}

function mapFields(numberOf: (field: TimexField) => number): Record<TimexField, number> {
  // The keys of a constant are its keys.
  return Object.fromEntries((Object.keys(TIMEX) as TimexField[]).map((field) => [field, numberOf(field)])) as Record<
    TimexField,
    number
  >;
}

/** A container's seccomp filter answers EPERM, gVisor ENOSYS: there the machine has no such thing. */
function explainErrno(errno: number, names: Readonly<Record<string, number>>): AbsentError | ReadError {
  const code = Object.keys(names).find((name) => names[name] === errno) ?? String(errno);
  if (code === 'EPERM' || code === 'ENOSYS') return new AbsentError(`Cannot ask adjtimex: ${code}`);
  return new ReadError(`Cannot ask adjtimex: ${code}`, { code });
}
