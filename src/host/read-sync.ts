/**
 * Synchronous reads of an open file. A read starts at the beginning of the file, so that the kernel generates the text
 * again. Each function reads one kind of file, and detects the end of the file with as few system calls as possible.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { EXACT_DIGITS, NINE, ZERO } from '../parse/lines.ts';
import { memoryLimit } from './process-limits.ts';
import { decodeContent } from './utf8.ts';

/** Flags of open(2). With O_NONBLOCK, a FIFO without a writer or a device without data cannot block this process. */
export const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Share of the memory of the process that one file may use. Its bytes and its text are in memory at the same time. */
const MEMORY_SHARE = 1 / 16;
const MEBIBYTE = 1024 * 1024;

/** Maximum size of a file on a disk. */
export const FILE_LIMIT = Math.min(16 * MEBIBYTE, memoryLimit() * MEMORY_SHARE);

/**
 * Maximum size of a file in procfs or sysfs. A million sockets in /proc/net/tcp take 150 MB; 3,000 interrupts of 1,024 CPUs
 * take 34 MB.
 */
export const KERNEL_FILE_LIMIT = Math.min(256 * MEBIBYTE, Math.max(16 * MEBIBYTE, memoryLimit() * MEMORY_SHARE));

/** Maximum size of the buffer between two reads. A small buffer replaces a buffer that has grown beyond this size. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** Usual maximum size of a sysfs attribute. The kernel prints the attribute into one memory page. */
export const ATTRIBUTE_BYTES = 4096;

/**
 * Sizes of the reads of a file in /proc/sys, until one read returns the whole text. The kernel allocates and clears as many
 * bytes as the read requests: 64 KiB take 5 µs, 1 KiB less than 1 µs (measured). The kernel refuses to allocate 4 MiB.
 */
const SETTING_BYTES = [1024, 64 * 1024, MEBIBYTE] as const;

/**
 * For a file that the kernel implements with seq_file, a read returns whole rows, up to about a memory page. If each row is
 * shorter than half a page, a read that returns less than half a page has reached the end of the file.
 * https://docs.kernel.org/filesystems/seq_file.html
 */
const HALF_PAGE_BYTES = 2048;

export type Reader<T = string> = (descriptor: number) => T;

/** Opens a file, reads it, and closes it. */
export function readUncached<T>(path: string, reader: Reader<T>): T {
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    return reader(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const SCRATCH_BYTES = 64 * 1024;

/** Buffer of all synchronous reads. Each text is copied out of the buffer before the next read. */
const scratch = { buffer: createScratch() };

function createScratch(): Buffer {
  return Buffer.allocUnsafeSlow(SCRATCH_BYTES);
}

/** Reads any file, until a read returns 0 bytes. */
export function readToEnd(descriptor: number): string {
  return decode(readFrom(descriptor, 0, 1));
}

/**
 * Reads any file, until a read returns 0 bytes. Returns one character for each byte, so that no byte is lost if the text is
 * not UTF-8.
 */
export function readLatin1(descriptor: number): string {
  const length = readFrom(descriptor, 0, 1);
  const text = scratch.buffer.toString('latin1', 0, length);
  shrink();
  return text;
}

/** Reads a file in which every row is shorter than half a memory page. */
export function readRows(descriptor: number): string {
  const length = readSync(descriptor, scratch.buffer, 0, SCRATCH_BYTES, 0);
  return decode(length < HALF_PAGE_BYTES ? length : readFrom(descriptor, length, HALF_PAGE_BYTES));
}

/** Reads a file that the kernel prints as one record. One read returns the whole text if the buffer is large enough. */
export function readRecord(descriptor: number): string {
  const length = readSync(descriptor, scratch.buffer, 0, SCRATCH_BYTES, 0);
  return decode(length < SCRATCH_BYTES ? length : readFrom(descriptor, length, 1));
}

/** Reads a sysfs attribute. An attribute usually contains fewer than {@link ATTRIBUTE_BYTES} bytes. */
export function readAttribute(descriptor: number): string {
  const length = readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, 0);
  return length < ATTRIBUTE_BYTES ? decode(length) : readToEnd(descriptor);
}

/**
 * Reads a file of /proc/sys. A text above 1 KiB is read again as a whole: many of these files cannot be read in parts.
 *
 * @throws {RangeError} if the text is larger than 1 MiB
 */
export function readSetting(descriptor: number): string {
  for (const size of SETTING_BYTES) {
    while (scratch.buffer.length < size) grow();
    const length = readSync(descriptor, scratch.buffer, 0, size, 0);
    if (length < size) return decode(length);
  }
  throw new RangeError(`larger than ${MEBIBYTE} bytes`);
}

/** Reads a file of up to 4 KiB. Returns a number if the file contains digits and a newline, otherwise its text. */
export function readNumber(descriptor: number): number | string {
  const length = readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, 0);
  return wholeLine(scratch.buffer, length) ?? decode(length);
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

function decode(length: number): string {
  const text = decodeContent(scratch.buffer, length);
  shrink();
  return text;
}

function shrink(): void {
  if (scratch.buffer.length > MAX_HELD_BYTES) scratch.buffer = createScratch();
}

/**
 * Continues to read at a position, until a read returns less than `lastBelow` bytes.
 *
 * @returns the length of the text in the buffer
 * @throws {RangeError} if the file is larger than {@link KERNEL_FILE_LIMIT}
 */
function readFrom(descriptor: number, position: number, lastBelow: number): number {
  let length = position;
  for (;;) {
    if (length === scratch.buffer.length) grow();
    // The size of the first read does not depend on the files that were read before: some file systems refuse large reads.
    const room = Math.min(scratch.buffer.length - length, Math.max(SCRATCH_BYTES, length));
    const read = readSync(descriptor, scratch.buffer, length, room, length);
    length += read;
    if (read < Math.min(lastBelow, room)) return length;
  }
}

function grow(): void {
  if (scratch.buffer.length >= KERNEL_FILE_LIMIT) {
    scratch.buffer = createScratch();
    throw new RangeError(`larger than ${KERNEL_FILE_LIMIT} bytes`);
  }
  const larger = Buffer.allocUnsafeSlow(Math.min(scratch.buffer.length * 2, KERNEL_FILE_LIMIT));
  scratch.buffer.copy(larger);
  scratch.buffer = larger;
}
