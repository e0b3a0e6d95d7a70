import { messageOf } from '../util/errors.ts';
import { AbsentError, ReadError } from './errors.ts';

/** The state of the kernel's clock. https://man7.org/linux/man-pages/man2/adjtimex.2.html */
export interface ClockState {
  /** Return value of adjtimex(2): 5 (`TIME_ERROR`) for a clock that is not synchronized. */
  readonly state: number;
  readonly timex: Readonly<Record<TimexField, number>>;
}

/** Fields of `struct timex` (<sys/timex.h> in glibc and musl). The 44 bytes at the end of the struct are reserved. */
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
const RESERVED_INTS = 11;

export type TimexField = keyof typeof TIMEX;

/**
 * Returns a function that calls adjtimex(2). Node.js has no such function, so the optional package koffi makes the call. The
 * call changes nothing (`modes` is 0) and needs no privilege.
 *
 * @throws {AbsentError} if koffi is not installed or cannot be loaded
 */
export async function loadAdjtimex(): Promise<() => ClockState> {
  try {
    const { default: koffi } = await import('koffi');
    const struct = koffi.struct({ ...TIMEX, reserved: koffi.array('int', RESERVED_INTS) });
    const adjtimex = koffi.load(null).func('adjtimex', 'int', [koffi.inout(koffi.pointer(struct))]);
    const empty = { ...mapFields(() => 0), reserved: Array.from({ length: RESERVED_INTS }, () => 0) };
    return () => {
      const timex: Record<string, unknown> = { ...empty };
      const state: number = adjtimex(timex);
      if (state < 0) throw toError(koffi.errno(), koffi.os.errno);
      return { state, timex: mapFields((field) => Number(timex[field])) };
    };
  } catch (error) {
    throw new AbsentError(`Cannot load koffi: ${messageOf(error)}`, { cause: error });
  }
}

function mapFields(numberOf: (field: TimexField) => number): Record<TimexField, number> {
  // Object.keys() of a constant returns exactly its keys.
  return Object.fromEntries((Object.keys(TIMEX) as TimexField[]).map((field) => [field, numberOf(field)])) as Record<
    TimexField,
    number
  >;
}

/**
 * Error codes that mean that the call is not available: a seccomp filter rejects the call (EPERM, EACCES), or a sandbox such
 * as gVisor lacks the call (ENOSYS).
 */
const ABSENT_ERRNOS: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'ENOSYS']);

function toError(errno: number, names: Readonly<Record<string, number>>): AbsentError | ReadError {
  const code = Object.keys(names).find((name) => names[name] === errno) ?? String(errno);
  if (ABSENT_ERRNOS.has(code)) return new AbsentError(`Cannot call adjtimex: ${code}`);
  return new ReadError(`Cannot call adjtimex: ${code}`, { code });
}
