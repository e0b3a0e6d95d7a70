import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AbsentError, explain, explainParse } from './errors.ts';
import type { SlowCalls } from './slow-calls.ts';
import { FILE_LIMIT } from './tree.ts';

/**
 * A tree of mounted files (the host's root): reading one may wait for a disk or a network, so every call is
 * asynchronous and has a deadline.
 */
export class MountedTree {
  readonly root: string;
  readonly #calls: SlowCalls;
  readonly #remaining: () => number;

  /** @param remaining milliseconds that a call may take from now on */
  constructor(root: string, calls: SlowCalls, remaining: () => number) {
    this.root = root;
    this.#calls = calls;
    this.#remaining = remaining;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /**
   * Reads and parses one file.
   *
   * @throws {AbsentError} when there is none
   * @throws {ReadError} when it cannot be read, or not in time
   * @throws {SyntaxError} when the parser refuses it; the message names the file
   */
  async read<T>(path: string, parse: (text: string) => T): Promise<T> {
    const full = this.path(path);
    const text = await this.#calls.run(`read ${full}`, this.#remaining(), () => readText(full));
    try {
      return parse(text);
    } catch (error) {
      throw explainParse(full, error);
    }
  }

  /** As {@link MountedTree.read}, with `undefined` for a file that is absent. */
  async find<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
    try {
      return await this.read(path, parse);
    } catch (error) {
      if (error instanceof AbsentError) return undefined;
      throw error;
    }
  }
}

async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await file.stat();
    if (size > FILE_LIMIT) throw new RangeError(`larger than ${FILE_LIMIT} bytes`);
    return await file.readFile('utf8');
  } catch (error) {
    throw explain(path, error);
  } finally {
    await file?.close();
  }
}
