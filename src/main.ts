/**
 * The command and the library in one file. Node.js runs it as the command `otel-node-exporter`; programs import it as the
 * library. A module that the command loads imports the running program.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export * from './index.ts';

// Not awaited: a module that imports this file while the command starts would wait for the command, and the command for it.
if (isCommand()) void import('./cli/command.ts').then(({ command }) => command(import.meta.url));

/**
 * Returns whether Node.js runs this file as the program, also through a symbolic link. Does not use `import.meta.main`, which
 * is missing before Node.js 24.2: old versions have to reach the check of their version.
 */
function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && createRequire(import.meta.url).resolve(script) === fileURLToPath(import.meta.url);
  } catch {
    // The script is not a file, as with `node --eval`.
    return false;
  }
}
