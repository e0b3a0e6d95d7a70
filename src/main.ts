/**
 * Entry point of the command and of the library. Node.js runs this file as the command `otel-node-exporter`, and programs
 * import it as the library. Modules that the command loads also import this file; Node.js then does not load a second copy.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export * from './index.ts';

// Not awaited, to avoid a deadlock: the command waits until its custom modules are loaded. If this file waited for the
// command, a module that imports this file would never finish loading.
if (isCommand()) void import('./cli/command.ts').then(({ command }) => command(import.meta.url));

/**
 * Returns whether Node.js runs this file as the program, directly or through a symbolic link. Does not use
 * `import.meta.main`, which Node.js before 24.2 lacks: such old versions have to reach the version check in node-runtime.ts.
 */
function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && createRequire(import.meta.url).resolve(script) === fileURLToPath(import.meta.url);
  } catch {
    // The program is not a file, for example with `node --eval`.
    return false;
  }
}
