import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\uFFFD';

/**
 * Decodes the first bytes of a buffer. Each sequence of invalid bytes becomes one U+FFFD, as in node_exporter's labels. The
 * decoder of Node.js may return several U+FFFD for such a sequence.
 */
export function decodeUtf8(bytes: Buffer, length: number): string {
  const text = bytes.toString('utf8', 0, length);
  return text.includes(REPLACEMENT) ? decodeRuns(bytes.subarray(0, length)) : text;
}

function decodeRuns(bytes: Buffer): string {
  let text = '';
  let inRun = false;
  for (let start = 0; start < bytes.length; ) {
    const character = bytes.subarray(start, start + lengthOf(bytes[start] ?? 0));
    const isValid = isUtf8(character);
    if (isValid) text += character.toString('utf8');
    else if (!inRun) text += REPLACEMENT;
    inRun = !isValid;
    start += isValid ? character.length : 1;
  }
  return text;
}

/** Returns the number of bytes in a character, from its first byte. */
function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
