/**
 * Entry point of the command and of the library. Node.js runs this file as the command `otel-node-exporter`. Programs and
 * the modules of the command import this file as the library. An import from a module of the command does not load a second
 * copy.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export * from './index.ts';

// This promise is not awaited, to avoid a deadlock. The command waits for its custom modules, and a module that imports
// this file waits until this file has been loaded.
if (isCommand()) void import('./cli/command.ts').then(({ command }) => command(import.meta.url));

/**
 * Returns whether Node.js runs this file as the program, directly or through a symbolic link. Does not use
 * `import.meta.main`, because Node.js before 24.2 lacks it. Such a version must reach the version check in node-runtime.ts.
 */
function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && createRequire(import.meta.url).resolve(script) === fileURLToPath(import.meta.url);
  } catch {
    // The program is not a file, for example after `node --eval`.
    return false;
  }
}
