/**
 * Entry point of the command and of the library. Node.js runs this file as the command `otel-node-exporter`, and programs
 * import it as the library. Modules that the command loads import this file too, and get the copy that is already running.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export * from './index.ts';

// Not awaited, to avoid a deadlock: the command waits for modules, and a module that imports this file would wait for it.
if (isCommand()) void import('./cli/command.ts').then(({ command }) => command(import.meta.url));

/**
 * Returns whether Node.js runs this file as the program, also through a symbolic link. `import.meta.main` does not exist
 * before Node.js 24.2, and such old versions have to get as far as the version check in node-runtime.ts.
 */
function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && createRequire(import.meta.url).resolve(script) === fileURLToPath(import.meta.url);
  } catch {
    // The script is not a file, for example with `node --eval`.
    return false;
  }
}
