import type { TestContext } from 'node:test';
import { isAbsentOr, KernelDirectory, KernelTree, ReadError, type ReadOptions } from '../../src/host/host.ts';

/** Makes reads of these attributes fail with an errno until the test ends, as the kernel does for users other than root. */
export function failReads(context: TestContext, paths: RegExp, code: string): void {
  const failIfListed = (path: string): void => {
    if (paths.test(path)) throw new ReadError(`Cannot read ${path}: ${code}`, { code });
  };
  const { read, readIfPresent } = KernelTree.prototype;
  context.mock.method(
    KernelTree.prototype,
    'read',
    function (this: KernelTree, path: string, parse: (text: string) => unknown) {
      failIfListed(this.path(path));
      return read.call(this, path, parse);
    },
  );
  context.mock.method(
    KernelTree.prototype,
    'readIfPresent',
    function (this: KernelTree, path: string, parse: (text: string) => unknown, options?: ReadOptions) {
      const isIgnored = throwsIgnored(() => failIfListed(this.path(path)), options);
      return isIgnored ? undefined : readIfPresent.call(this, path, parse, options);
    },
  );
  beforeDirectoryReads(context, failIfListed);
}

/** Calls `visit` with the name of each attribute before it is read through a `KernelDirectory`, until the test ends. */
export function beforeDirectoryReads(context: TestContext, visit: (name: string) => void): void {
  for (const method of ['readIfPresent', 'readNumberIfPresent'] as const) {
    const read: (name: string, parse: (text: string) => unknown, options?: ReadOptions) => unknown =
      KernelDirectory.prototype[method];
    context.mock.method(
      KernelDirectory.prototype,
      method,
      function (this: KernelDirectory, name: string, parse: (text: string) => unknown, options?: ReadOptions) {
        return throwsIgnored(() => visit(name), options) ? undefined : read.call(this, name, parse, options);
      },
    );
  }
}

/** Returns whether `visit` throws an error that the read treats as absent. Other errors are passed on. */
function throwsIgnored(visit: () => void, { ignoreErrno = new Set() }: ReadOptions = {}): boolean {
  try {
    visit();
    return false;
  } catch (error) {
    if (isAbsentOr(error, ignoreErrno)) return true;
    throw error;
  }
}
