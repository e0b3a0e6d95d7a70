import { type AsyncTree, isAbsentOr, type Parse, PERMISSION_ERRNOS } from '../../host/host.ts';

/**
 * Reads the files in which runtimes store the state of containers. A file or directory counts as absent if this process may
 * not read it. Every other error is added to `errors`, and affects only the file or the row.
 */
export class StateReader {
  readonly errors: unknown[] = [];
  readonly #rootfs: AsyncTree;

  constructor(rootfs: AsyncTree) {
    this.#rootfs = rootfs;
  }

  /** @param path path of a file, relative to the root file system */
  read<T>(path: string, parse: Parse<T>): Promise<T | undefined> {
    const report = (problem: SyntaxError): void => {
      this.errors.push(new SyntaxError(`Cannot parse ${this.#rootfs.path(path)}: ${problem.message}`));
    };
    return this.#attempt(this.#rootfs.read(path, (text) => parse(text, report)));
  }

  /** Returns the names of the entries in a directory; an empty list if the directory is absent. */
  async list(path: string): Promise<readonly string[]> {
    return (await this.#attempt(this.#rootfs.list(path))) ?? [];
  }

  async #attempt<T>(reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!isAbsentOr(error, PERMISSION_ERRNOS)) this.errors.push(error);
      return undefined;
    }
  }
}
