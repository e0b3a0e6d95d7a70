import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

/**
 * Until the end of the test, an asynchronous open of these files never ends, as the read of an attribute whose driver hangs.
 * A synchronous one throws: on a host it would stop the whole process.
 */
export function stallAttributes(context: TestContext, isStalled: (path: string) => boolean): void {
  const { openSync, open } = fs;
  const sync = context.mock.method(fs, 'openSync', (...args: Parameters<typeof openSync>) => {
    if (isStalled(String(args[0]))) throw new Error(`The main thread would hang in ${String(args[0])}`);
    return openSync(...args);
  });
  // The overload that the sources call: open(path, flags, callback).
  const stallableOpen = (path: string, flags: number, callback: (error: Error | null, fd: number) => void): void => {
    if (!isStalled(path)) open(path, flags, callback);
  };
  const async = context.mock.method(fs, 'open', stallableOpen as typeof open);
  syncBuiltinESMExports();
  context.after(() => {
    sync.mock.restore();
    async.mock.restore();
    syncBuiltinESMExports();
  });
}
