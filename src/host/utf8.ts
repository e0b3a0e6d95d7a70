import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\uFFFD';

/**
 * Decodes what firmware and devices say of themselves, from the start of a buffer: each run of bytes that are no UTF-8 becomes one U+FFFD (Node's
 * own decoder makes several of it, and the label would differ from node_exporter's).
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

/** How many bytes the character has that begins with this one. */
function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
