import { createHash } from 'node:crypto';

/** Largest value of the flag for the size of label values, in bytes. Texts that become label values need no more. */
export const MAX_LABEL_BYTES = 4096;

/** Maximum number of bytes in UTF-8 for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;
/** Number of hexadecimal digits of the hash. With 64 bits, two texts have the same hash only by intent. */
const HASH_DIGITS = 16;
const ELLIPSIS = '…';
/** Bytes of the ellipsis and the hash. */
const SUFFIX_BYTES = Buffer.byteLength(ELLIPSIS) + HASH_DIGITS;

/**
 * Returns a text of at most `maxBytes` bytes in UTF-8. A longer text is cut between two characters, and ends with an ellipsis
 * and a hash of the whole text. Therefore two texts with the same start stay different, and a second call returns the text
 * unchanged.
 *
 * @param maxBytes at least 64
 */
export function cutText(text: string, maxBytes: number): string {
  if (text.length * MAX_BYTES_PER_UNIT <= maxBytes) return text;
  if (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes) return text;
  // No character of UTF-16 has less than one byte in UTF-8.
  const bytes = Buffer.from(text.slice(0, maxBytes));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  return `${bytes.toString('utf8', 0, startOfCharacter(bytes, maxBytes - SUFFIX_BYTES))}${ELLIPSIS}${hash}`;
}

/** Returns the index of the first byte of the character to which a byte of UTF-8 belongs. */
function startOfCharacter(bytes: Uint8Array, index: number): number {
  let start = index;
  while (((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start -= 1;
  return start;
}
