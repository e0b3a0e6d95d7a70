const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

/**
 * Decodes the content of a file. Leaves out NULs at the end: lxcfs pads its files with them, and strings from firmware end
 * with one. A file of NULs only is damaged; its parser reports them.
 */
export function decodeContent(bytes: Buffer, length: number): string {
  let end = length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return decodeUtf8(bytes, end === 0 ? length : end);
}

/**
 * Decodes the first bytes of a buffer. Each sequence of invalid bytes becomes one U+FFFD, as in node_exporter's labels. The
 * decoder of Node.js may return several U+FFFD for such a sequence.
 */
export function decodeUtf8(bytes: Buffer, length: number): string {
  const text = bytes.toString('utf8', 0, length);
  return text.includes(REPLACEMENT) ? decodeRuns(bytes.subarray(0, length)) : text;
}

/** Replaces invalid bytes in a second buffer, because the parts of a long damaged text would need much more memory. */
function decodeRuns(bytes: Buffer): string {
  const output = Buffer.allocUnsafe(bytes.length * REPLACEMENT_BYTES.length);
  let length = 0;
  let inRun = false;
  for (let start = 0; start < bytes.length; ) {
    const size = validLength(bytes, start);
    if (size > 0) length += bytes.copy(output, length, start, start + size);
    else if (!inRun) length += REPLACEMENT_BYTES.copy(output, length);
    inRun = size === 0;
    start += size || 1;
  }
  return output.toString('utf8', 0, length);
}

/** Returns the number of bytes up to the end of the valid characters at a position; 0 if the position has none. */
function validLength(bytes: Buffer, start: number): number {
  let end = start;
  for (let size = characterLength(bytes, end); size > 0; size = characterLength(bytes, end)) end += size;
  return end - start;
}

/**
 * Returns the number of bytes of the character at a position; 0 for an invalid character.
 * https://www.unicode.org/versions/latest/core-spec/chapter-3/#G27506
 */
function characterLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0xff;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  if (second < (SECOND_MIN[lead] ?? 0x80) || second > (SECOND_MAX[lead] ?? 0xbf)) return 0;
  for (let index = at + 2; index < at + size; index += 1) if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  return size;
}

/** Bounds of the second byte after some first bytes. They exclude surrogates, code points that are too large, and long forms. */
const SECOND_MIN: Readonly<Record<number, number>> = { 224: 0xa0, 240: 0x90 };
const SECOND_MAX: Readonly<Record<number, number>> = { 237: 0x9f, 244: 0x8f };
