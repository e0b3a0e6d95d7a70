import { closeSync, constants, existsSync, openSync, readdirSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { explain, explainParse, ifPresent } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';

/** The largest kernel file we accept: /proc/net/tcp of a busy machine is some megabytes. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/** Opening a FIFO or a silent device without it would stop the whole program; procfs and sysfs ignore it. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** What one read of an attribute asks for. The label of a longer one ends here, as node_exporter's does. */
const ATTRIBUTE_BYTES = 128;

/**
 * A tree of kernel text (`/proc`, `/sys`, `/run/udev/data`), read synchronously: the kernel answers from memory, and
 * a promise per file would cost several times the read. Paths are relative to the tree's root.
 */
export class Tree {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /**
   * Reads and parses one file.
   *
   * @throws {AbsentError} when there is none
   * @throws {ReadError} when it cannot be read or is larger than {@link FILE_LIMIT}
   * @throws {SyntaxError} when the parser refuses it; the message names the file
   */
  read<T>(path: string, parse: (text: string) => T): T {
    const full = this.path(path);
    const text = readText(full);
    try {
      return parse(text);
    } catch (error) {
      throw explainParse(full, error);
    }
  }

  /** As {@link Tree.read}, with `undefined` for a file that is absent. */
  find<T>(path: string, parse: (text: string) => T): T | undefined {
    return ifPresent(() => this.read(path, parse));
  }

  /**
   * Reads and parses the one line of a sysfs attribute: a single read of at most 128 bytes, and half the system calls of
   * {@link Tree.read}. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws as {@link Tree.read}
   */
  attribute<T>(path: string, parse: (text: string) => T): T {
    const full = this.path(path);
    const text = readOnce(full);
    try {
      return parse(text);
    } catch (error) {
      throw explainParse(full, error);
    }
  }

  /** As {@link Tree.attribute}, with `undefined` for one that is absent. */
  findAttribute<T>(path: string, parse: (text: string) => T): T | undefined {
    return ifPresent(() => this.attribute(path, parse));
  }

  /**
   * The names in a directory, in the order of their bytes.
   *
   * @throws {AbsentError} when there is no such directory
   */
  list(path: string): string[] {
    const full = this.path(path);
    try {
      return readdirSync(full).sort();
    } catch (error) {
      throw explain(full, error);
    }
  }

  /** As {@link Tree.list}, with no names for a directory that is absent. */
  listIfPresent(path: string): string[] {
    return ifPresent(() => this.list(path)) ?? [];
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** Where a symbolic link points, as written; `undefined` when there is no such link. */
  link(path: string): string | undefined {
    const full = this.path(path);
    return ifPresent(() => {
      try {
        return readlinkSync(full);
      } catch (error) {
        throw explain(full, error);
      }
    });
  }

  /** Where a path leads when all links on it are followed; `undefined` when that is nowhere. */
  realPath(path: string): string | undefined {
    const full = this.path(path);
    return ifPresent(() => {
      try {
        return realpathSync.native(full);
      } catch (error) {
        throw explain(full, error);
      }
    });
  }
}

/** One buffer for all synchronous reads: each text is copied out of it before the next read begins. */
const scratch = { buffer: Buffer.allocUnsafeSlow(64 * 1024) };

function readText(path: string): string {
  try {
    const descriptor = openSync(path, OPEN_FLAGS);
    try {
      return readAll(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw explain(path, error);
  }
}

function readOnce(path: string): string {
  try {
    const descriptor = openSync(path, OPEN_FLAGS);
    try {
      const length = readSync(descriptor, scratch.buffer, 0, ATTRIBUTE_BYTES, null);
      return decodeUtf8(scratch.buffer.subarray(0, length));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw explain(path, error);
  }
}

function readAll(descriptor: number): string {
  let length = 0;
  for (;;) {
    if (length === scratch.buffer.length) grow();
    const read = readSync(descriptor, scratch.buffer, length, scratch.buffer.length - length, null);
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
