import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

type Callback = (error: Error | null, descriptor: number) => void;

interface Replacements {
  /** Called before a file is opened synchronously. To simulate a failed open(2), the function throws an error. */
  readonly beforeOpenSync: (path: string) => void;
  /** Called in place of an asynchronous open(2). The function calls `next` to open the file. */
  readonly open: (path: string, callback: Callback, next: () => void) => void;
}

const REAL = { openSync: fs.openSync, open: fs.open };

/**
 * Replaces open(2) in all modules until the end of the test. If there are several replacements, the newest one is called
 * first.
 */
export function replaceOpen(context: TestContext, replacements: Replacements): void {
  const { openSync, open } = fs;
  fs.openSync = (...args: Parameters<typeof openSync>) => {
    replacements.beforeOpenSync(String(args[0]));
    return openSync(...args);
  };
  // The replacement has the signature that the sources use: open(path, flags, callback).
  const replaced = (path: string, flags: number, callback: Callback): void =>
    replacements.open(path, callback, () => open(path, flags, callback));
  fs.open = replaced as typeof open;
  syncBuiltinESMExports();
  context.after(() => {
    Object.assign(fs, REAL);
    syncBuiltinESMExports();
  });
}
