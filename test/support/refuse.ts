import type { TestContext } from 'node:test';
import { isAbsentOr, KernelDirectory, KernelTree, ReadError, type ReadOptions } from '../../src/host/host.ts';

/** Until the end of the test the kernel refuses to read these attributes, as it refuses users other than root. */
export function refuseAttributes(context: TestContext, paths: RegExp, code: string): void {
  const refuse = (path: string): void => {
    if (paths.test(path)) throw new ReadError(`Cannot read ${path}: ${code}`, { code });
  };
  const { read, readIfPresent } = KernelTree.prototype;
  context.mock.method(
    KernelTree.prototype,
    'read',
    function (this: KernelTree, path: string, parse: (text: string) => unknown) {
      refuse(this.path(path));
      return read.call(this, path, parse);
    },
  );
  context.mock.method(
    KernelTree.prototype,
    'readIfPresent',
    function (this: KernelTree, path: string, parse: (text: string) => unknown, options?: ReadOptions) {
      const isIgnored = ignores(() => refuse(this.path(path)), options);
      return isIgnored ? undefined : readIfPresent.call(this, path, parse, options);
    },
  );
  beforeFolderReads(context, refuse);
}

/** Until the end of the test, calls `visit` with the name of each attribute before the attribute is read from a directory. */
export function beforeFolderReads(context: TestContext, visit: (name: string) => void): void {
  for (const method of ['readIfPresent', 'readNumberIfPresent'] as const) {
    const read: (name: string, parse: (text: string) => unknown, options?: ReadOptions) => unknown =
      KernelDirectory.prototype[method];
    context.mock.method(
      KernelDirectory.prototype,
      method,
      function (this: KernelDirectory, name: string, parse: (text: string) => unknown, options?: ReadOptions) {
        return ignores(() => visit(name), options) ? undefined : read.call(this, name, parse, options);
      },
    );
  }
}

function ignores(visit: () => void, { ignoreErrno = new Set() }: ReadOptions = {}): boolean {
  try {
    visit();
    return false;
  } catch (error) {
    if (isAbsentOr(error, ignoreErrno)) return true;
    throw error;
  }
}
