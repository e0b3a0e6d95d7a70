import type { TestContext } from 'node:test';
import { systemError } from './mock-reads.ts';
import { replaceOpen } from './replace-open.ts';

/**
 * Makes each asynchronous open of these files hang until the end of the test. The open simulates a read from a driver that
 * does not respond. A synchronous open throws, because it would stop the whole process.
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
 * Makes each asynchronous open of these files fail with ETIMEDOUT until the end of the test. It simulates a driver that
 * does not respond before the deadline. A synchronous open throws, because it would stop the whole process.
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
