import type { TestContext } from 'node:test';
import { getSystemErrorMap } from 'node:util';
import { KernelDirectory, type ReadOptions } from '../../src/host/host.ts';
import { replaceOpen } from './replace-open.ts';

/**
 * Makes each open of these files fail with an error code until the end of the test. The error simulates an attribute whose
 * read fails.
 */
export function failReads(context: TestContext, paths: RegExp, code: string): void {
  replaceOpen(context, {
    beforeOpenSync: (path) => {
      if (paths.test(path)) throw systemError(code, path);
    },
    open: (path, callback, next) => {
      if (paths.test(path)) setImmediate(callback, systemError(code, path), -1);
      else next();
    },
  });
}

export function systemError(code: string, path: string): Error {
  const [errno] = [...getSystemErrorMap()].find(([, [name]]) => name === code) ?? [];
  return Object.assign(new Error(`${code}: refused, open '${path}'`), { code, errno, syscall: 'open', path });
}

/** Until the end of the test, calls `visit` with the name of an attribute before each read through a `KernelDirectory`. */
export function beforeDirectoryReads(context: TestContext, visit: (name: string) => void): void {
  for (const method of ['readIfPresent', 'readNumberIfPresent'] as const) {
    const read: (name: string, parse: (text: string) => unknown, options?: ReadOptions) => unknown =
      KernelDirectory.prototype[method];
    context.mock.method(
      KernelDirectory.prototype,
      method,
      function (this: KernelDirectory, name: string, parse: (text: string) => unknown, options?: ReadOptions) {
        visit(name);
        return read.call(this, name, parse, options);
      },
    );
  }
}
