import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

type Callback = (error: Error | null, descriptor: number) => void;

interface Replacements {
  /** Called before a file is opened synchronously. May throw the error of open(2). */
  readonly beforeOpenSync: (path: string) => void;
  /** Called in place of an asynchronous open(2); `next` opens the file. */
  readonly open: (path: string, callback: Callback, next: () => void) => void;
}

const REAL = { openSync: fs.openSync, open: fs.open };

/** Replaces open(2) in all modules until the end of the test. Several replacements apply one after the other. */
export function replaceOpen(context: TestContext, replacements: Replacements): void {
  const { openSync, open } = fs;
  fs.openSync = (...args: Parameters<typeof openSync>) => {
    replacements.beforeOpenSync(String(args[0]));
    return openSync(...args);
  };
  // The overload that the sources call: open(path, flags, callback).
  const replaced = (path: string, flags: number, callback: Callback): void =>
    replacements.open(path, callback, () => open(path, flags, callback));
  fs.open = replaced as typeof open;
  syncBuiltinESMExports();
  context.after(() => {
    Object.assign(fs, REAL);
    syncBuiltinESMExports();
  });
}
