import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';
import { getSystemErrorMap } from 'node:util';
import { KernelDirectory, type ReadOptions } from '../../src/host/host.ts';

/** Until the end of the test the kernel refuses to open these files, as the read of an attribute fails. */
export function refuseAttributes(context: TestContext, paths: RegExp, code: string): void {
  const refusal = (path: unknown): Error | undefined =>
    paths.test(String(path)) ? systemError(code, String(path)) : undefined;
  const { openSync, open } = fs;
  const sync = context.mock.method(fs, 'openSync', (...args: Parameters<typeof openSync>) => {
    const error = refusal(args[0]);
    if (error !== undefined) throw error;
    return openSync(...args);
  });
  // The overload that the sources call: open(path, flags, callback).
  const refusableOpen = (path: string, flags: number, callback: (error: Error | null, fd: number) => void): void => {
    const error = refusal(path);
    if (error === undefined) open(path, flags, callback);
    else setImmediate(callback, error, -1);
  };
  const async = context.mock.method(fs, 'open', refusableOpen as typeof open);
  syncBuiltinESMExports();
  context.after(() => {
    sync.mock.restore();
    async.mock.restore();
    syncBuiltinESMExports();
  });
}

function systemError(code: string, path: string): Error {
  const [errno] = [...getSystemErrorMap()].find(([, [name]]) => name === code) ?? [];
  return Object.assign(new Error(`${code}: refused, open '${path}'`), { code, errno, syscall: 'open', path });
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
        visit(name);
        return read.call(this, name, parse, options);
      },
    );
  }
}
