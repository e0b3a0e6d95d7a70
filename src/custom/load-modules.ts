import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CollectorDefinition } from '../collection/collector.ts';
import { codeOf, messageOf } from '../util/errors.ts';
import { collectorsOf } from './module-exports.ts';

/** What a module of one's own imports. */
const LIBRARY = 'otel-node-exporter';

export interface LoadOptions {
  /** The URL of the running program, which is the library too. */
  readonly library: string;
  /** Where relative paths begin, and where packages are looked for. */
  readonly directory: string;
}

/**
 * Loads modules of one's own, one after the other, and takes the collectors that they export.
 *
 * @param modules each a path that begins with `.` or `/`, or the name of a package
 * @throws {Error} that names the module, when it cannot be loaded or exports no collector
 */
export async function loadModules(
  modules: readonly string[],
  { library, directory }: LoadOptions,
): Promise<readonly CollectorDefinition[]> {
  if (modules.length === 0) return [];
  const base = pathToFileURL(join(directory, '/')).href;
  answerImports(library, { packages: modules.filter((module) => !isPath(module)), base });
  const definitions: CollectorDefinition[] = [];
  for (const module of modules) definitions.push(...collectorsOf(await load(module, base), module));
  return definitions;
}

/**
 * Whoever imports the library, from wherever, gets the one that runs: no second copy is loaded, and none has to be
 * installed beside a module. Packages are looked for where the program was started, not where it is installed.
 */
function answerImports(library: string, { packages, base }: { packages: readonly string[]; base: string }): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === LIBRARY) return { url: library, format: 'module', shortCircuit: true };
      const isOurs = context.parentURL === import.meta.url && packages.includes(specifier);
      const resolved = next(specifier, isOurs ? { ...context, parentURL: base } : context);
      // Where no package.json says what it is, Node.js would parse it twice to find out, and warn of that.
      const isUnsaid = resolved.url.endsWith('.ts') && resolved.format == null;
      return isUnsaid ? { ...resolved, format: 'module-typescript' } : resolved;
    },
  });
}

async function load(module: string, base: string): Promise<object> {
  try {
    return await import(isPath(module) ? new URL(module, base).href : module);
  } catch (error) {
    throw new Error(`Cannot load module ${module}: ${explain(error, module)}`);
  }
}

function isPath(module: string): boolean {
  return /^[./]/.test(module);
}

function explain(error: unknown, module: string): string {
  const code = codeOf(error);
  const [reason = ''] = messageOf(error).split('\n');
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'it is TypeScript below node_modules, where Node.js strips no types; a package has to hold JavaScript';
  }
  if (code === 'ERR_MODULE_NOT_FOUND') return isPath(module) ? reason : `${reason}; a path begins with ./ or /`;
  const place = placeOf(error);
  if (place !== undefined) return `${reason} (${place})`;
  // V8 tells the place of what it cannot parse to nobody but the terminal.
  return error instanceof SyntaxError ? `${reason}; node --check of it, or of what it imports, says where` : reason;
}

/** Where it was thrown, as far as the stack says: `/etc/exporter/queue.ts:12:7`. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = stack.split('\n').filter((line) => !line.includes(import.meta.url));
  return PLACE.exec(lines.join('\n'))?.[1];
}

/** A line of the stack, or the one that Node.js puts before the message. */
const PLACE = /^(?: +at (?:async )?(?:.* \()?)?(?:file:\/\/)?(\/[^()]+:\d+)\)?$/m;
