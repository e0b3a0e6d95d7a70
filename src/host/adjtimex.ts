import { AbsentError } from './errors.ts';
import { SYSTEM_CALLS } from './system-calls.ts';

/** The state of the kernel's clock. https://man7.org/linux/man-pages/man2/adjtimex.2.html */
export interface ClockState {
  /** Return value of adjtimex(2): 5 (`TIME_ERROR`) for a clock that is not synchronized. */
  readonly state: number;
  readonly timex: Readonly<Record<TimexField, number>>;
}

/** Offsets in bytes of the fields of `struct timex` with the type `long` (<sys/timex.h>, on 64-bit processors). */
const LONGS = {
  offset: 8,
  freq: 16,
  maxerror: 24,
  esterror: 32,
  constant: 48,
  precision: 56,
  tolerance: 64,
  seconds: 72,
  microseconds: 80,
  tick: 88,
  ppsfreq: 96,
  jitter: 104,
  stabil: 120,
  jitcnt: 128,
  calcnt: 136,
  errcnt: 144,
  stbcnt: 152,
} as const;

/** Offsets of the fields with the type `int`. */
const INTS = { status: 40, shift: 112, tai: 160 } as const;

const TIMEX_BYTES = 208;
const LONG_BYTES = 8;
const INT_BYTES = 4;

export type TimexField = keyof typeof LONGS | keyof typeof INTS;

/**
 * Returns a function that calls adjtimex(2). The call changes nothing, because `modes` is 0, and needs no privilege.
 *
 * @throws {AbsentError} if this process may not call native functions, or if a sandbox refuses the call
 */
export async function loadAdjtimex(): Promise<() => ClockState> {
  const calls = SYSTEM_CALLS;
  if (calls === undefined) throw new AbsentError('Cannot call adjtimex: Node.js does not allow native calls');
  return () => {
    const timex = new ArrayBuffer(TIMEX_BYTES);
    const state = calls.adjtimex(new Uint8Array(timex));
    // With these arguments, only a filter for system calls returns an error.
    if (state < 0) throw new AbsentError('Cannot call adjtimex: refused by a sandbox');
    return { state, timex: parseTimex(timex) };
  };
}

/** Parses a `struct timex` in the byte order of the processor. */
function parseTimex(timex: ArrayBuffer): ClockState['timex'] {
  const longs = new BigInt64Array(timex);
  const ints = new Int32Array(timex);
  return {
    ...mapOffsets(LONGS, (offset) => Number(longs[offset / LONG_BYTES])),
    ...mapOffsets(INTS, (offset) => ints[offset / INT_BYTES] ?? 0),
  };
}

function mapOffsets<F extends string>(
  offsets: Readonly<Record<F, number>>,
  read: (offset: number) => number,
): Record<F, number> {
  // The result has exactly the keys of `offsets`.
  const entries = Object.entries<number>(offsets).map(([field, offset]) => [field, read(offset)]);
  return Object.fromEntries(entries) as Record<F, number>;
}
