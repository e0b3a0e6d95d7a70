import type { TestContext } from 'node:test';
import { replaceOpen } from './replace-open.ts';

/**
 * Until the end of the test, an asynchronous open of these files never ends, as the read of an attribute whose driver hangs.
 * A synchronous one throws: on a host it would stop the whole process.
 */
export function stallAttributes(context: TestContext, isStalled: (path: string) => boolean): void {
  replaceOpen(context, {
    beforeOpenSync: (path) => {
      if (isStalled(path)) throw new Error(`The main thread would hang in ${path}`);
    },
    open: (path, _callback, next) => {
      if (!isStalled(path)) next();
    },
  });
}
