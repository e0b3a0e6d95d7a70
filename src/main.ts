/**
 * The command and the library in one file: who runs it gets the command, who imports it gets the library, and a module
 * that the command loads imports the copy that runs.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export * from './index.ts';

// Not awaited here: a module that imports the library while the command starts would wait for the command, for ever.
if (isCommand()) void import('./cli/command.ts').then(({ command }) => command(import.meta.url));

/**
 * True if this file is the program that Node.js runs, through a symbolic link too. Not `import.meta.main`: versions before 24.2
 * lack it, and must get as far as the message that they are too old.
 */
function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && createRequire(import.meta.url).resolve(script) === fileURLToPath(import.meta.url);
  } catch {
    // What runs is no file.
    return false;
  }
}
