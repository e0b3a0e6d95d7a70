import type { TestContext } from 'node:test';
import { systemError } from './mock-reads.ts';
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

/**
 * Until the end of the test, an asynchronous open of these files fails at once with ETIMEDOUT, as the read of an attribute whose
 * driver hangs does at the deadline. A synchronous one throws: on a host it would stop the whole process.
 */
export function failSlowReads(context: TestContext, isSlow: (path: string) => boolean): void {
  replaceOpen(context, {
    beforeOpenSync: (path) => {
      if (isSlow(path)) throw new Error(`The main thread would hang in ${path}`);
    },
    open: (path, callback, next) => {
      if (isSlow(path)) setImmediate(callback, systemError('ETIMEDOUT', path), -1);
      else next();
    },
  });
}
