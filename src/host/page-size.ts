import { readFileSync } from 'node:fs';

/** `AT_PAGESZ` of getauxval(3). */
const PAGE_SIZE = 6n;

/** What the kernel told this process at its start: 4096, and on some 64-bit ARM and POWER kernels 16384 or 65536. */
export function readPageSize(): number | undefined {
  try {
    return parsePageSize(readFileSync('/proc/self/auxv'));
  } catch {
    // Without /proc in its place nobody tells; what is counted in pages is then not told in bytes.
    return undefined;
  }
}

/** Pairs of a key and a value, in the byte order of this machine. */
export function parsePageSize(auxiliary: Uint8Array): number | undefined {
  // A copy, because a Buffer is a part of a larger one and may begin anywhere in it.
  const pairs = new BigUint64Array(new Uint8Array(auxiliary).buffer, 0, Math.floor(auxiliary.length / 8));
  const place = pairs.findIndex((key, index) => index % 2 === 0 && key === PAGE_SIZE);
  return place < 0 ? undefined : Number(pairs[place + 1]);
}
