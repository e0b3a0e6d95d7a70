import { readFileSync } from 'node:fs';

/** The key `AT_PAGESZ` of getauxval(3). */
const PAGE_SIZE_KEY = 6n;

/**
 * Returns the size of a memory page in bytes: usually 4096, but 16384 or 65536 on some 64-bit ARM and POWER kernels. The
 * kernel passes the size to each process when the process starts.
 */
export function readPageSize(): number | undefined {
  try {
    return parsePageSize(readFileSync('/proc/self/auxv'));
  } catch {
    // A sandbox may hide the file. The page size is then unknown.
    return undefined;
  }
}

/** Parses `/proc/self/auxv`: pairs of a key and a value, in the byte order of the processor. */
export function parsePageSize(auxv: Uint8Array): number | undefined {
  // The bytes are copied: a BigUint64Array has to start at a multiple of 8 in its memory, but a Buffer may start anywhere.
  const pairs = new BigUint64Array(new Uint8Array(auxv).buffer, 0, Math.floor(auxv.length / 8));
  const index = pairs.findIndex((key, position) => position % 2 === 0 && key === PAGE_SIZE_KEY);
  return index < 0 ? undefined : Number(pairs[index + 1]);
}
