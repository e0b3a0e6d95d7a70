/** How a file of the kernel is opened, and the ways to read it from its start, which has the kernel print its text anew. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { EXACT_DIGITS, NINE, ZERO } from '../parse/lines.ts';
import { decodeUtf8 } from './utf8.ts';

/** Opening a FIFO or a silent device without it would stop the whole program; procfs and sysfs ignore it. */
export const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** The largest kernel file we accept: /proc/net/tcp of a busy machine is some megabytes. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/** What one read of an attribute asks for. The label of a longer one ends here, as node_exporter's does. */
export const ATTRIBUTE_BYTES = 128;

export type Reader<T = string> = (descriptor: number) => T;

/** Opens a file for one read. */
export function readOpened<T>(path: string, reader: Reader<T>): T {
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    return reader(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** One buffer for all synchronous reads: each text is copied out of it before the next read begins. */
const scratch = { buffer: Buffer.allocUnsafeSlow(64 * 1024) };

/** The first {@link ATTRIBUTE_BYTES}. */
export function readOnce(descriptor: number): string {
  return decodeUtf8(scratch.buffer, readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, 0));
}

/** As {@link readOnce}, but digits and a newline, as most attributes are, are read where they stand: no text is made of them. */
export function readNumber(descriptor: number): number | string {
  const length = readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, 0);
  return wholeLine(scratch.buffer, length) ?? decodeUtf8(scratch.buffer, length);
}

const NEWLINE = 0x0a;

function wholeLine(bytes: Uint8Array, length: number): number | undefined {
  const digits = length - 1;
  if (digits < 1 || digits > EXACT_DIGITS || bytes[digits] !== NEWLINE) return undefined;
  let number = 0;
  for (let index = 0; index < digits; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (digit < 0 || digit > NINE - ZERO) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/**
 * A kernel file of many records comes in pieces of a page, or of as much as was printed so far; one that comes with less than
 * half a page has ended. https://docs.kernel.org/filesystems/seq_file.html
 */
const HALF_PAGE_BYTES = 2048;

/** All of a file that has less than half a page in most cases, and then with a single read. */
export function readShort(descriptor: number): string {
  const length = readSync(descriptor, scratch.buffer, 0, scratch.buffer.length, 0);
  return length < HALF_PAGE_BYTES ? scratch.buffer.toString('utf8', 0, length) : readAll(descriptor);
}

/** A file of up to 64 KiB that the kernel prints in one piece, without a second read that finds the end. */
export function readRecord(descriptor: number): string {
  return scratch.buffer.toString('latin1', 0, readSync(descriptor, scratch.buffer, 0, scratch.buffer.length, 0));
}

export function readAll(descriptor: number): string {
  let length = 0;
  for (;;) {
    if (length === scratch.buffer.length) grow();
    const read = readSync(descriptor, scratch.buffer, length, scratch.buffer.length - length, length);
    if (read === 0) return scratch.buffer.toString('utf8', 0, length);
    length += read;
  }
}

function grow(): void {
  if (scratch.buffer.length >= FILE_LIMIT) throw new RangeError(`larger than ${FILE_LIMIT} bytes`);
  const larger = Buffer.allocUnsafeSlow(scratch.buffer.length * 2);
  scratch.buffer.copy(larger);
  scratch.buffer = larger;
}
