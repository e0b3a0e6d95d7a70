import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CollectorDefinition } from '../collection/collector.ts';
import { codeOf, messageOf } from '../util/errors.ts';
import { exportedCollectors } from './module-exports.ts';

/** The name under which modules import the library. */
const LIBRARY = 'otel-node-exporter';

export interface LoadOptions {
  /** URL of the running program, whose file is also the library. */
  readonly library: string;
  /** Directory to which relative paths of modules refer, and in which the search for packages starts. */
  readonly directory: string;
}

/**
 * Loads modules one after the other and returns the collectors that the modules export.
 *
 * @param modules paths that start with `.` or `/`, and names of packages
 * @throws {Error} if a module cannot be loaded or exports no collector; the message names the module
 */
export async function loadModules(
  modules: readonly string[],
  { library, directory }: LoadOptions,
): Promise<readonly CollectorDefinition[]> {
  if (modules.length === 0) return [];
  const base = pathToFileURL(join(directory, '/')).href;
  hookResolution(library, { packages: modules.filter((module) => !isPath(module)), base });
  const definitions: CollectorDefinition[] = [];
  for (const module of modules) definitions.push(...exportedCollectors(await load(module, base), module));
  return definitions;
}

/**
 * Makes Node.js resolve imports of the library to the running program, so that no second copy of the library is loaded. Also
 * makes Node.js search `packages` in the working directory, `base`, instead of the directory of the program.
 */
function hookResolution(library: string, { packages, base }: { packages: readonly string[]; base: string }): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === LIBRARY) return { url: library, format: 'module', shortCircuit: true };
      const isModule = context.parentURL === import.meta.url && packages.includes(specifier);
      const resolved = next(specifier, isModule ? { ...context, parentURL: base } : context);
      // Without a format in package.json, Node.js would parse the file twice to detect the format, and print a warning.
      const lacksFormat = resolved.url.endsWith('.ts') && resolved.format == null;
      return lacksFormat ? { ...resolved, format: 'module-typescript' } : resolved;
    },
  });
}

async function load(module: string, base: string): Promise<object> {
  try {
    return await import(isPath(module) ? new URL(module, base).href : module);
  } catch (error) {
    throw new Error(`Cannot load module ${module}: ${reasonOf(error, module)}`);
  }
}

function isPath(module: string): boolean {
  return /^[./]/.test(module);
}

function reasonOf(error: unknown, module: string): string {
  const code = codeOf(error);
  const [firstLine = ''] = messageOf(error).split('\n');
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node.js does not run TypeScript in node_modules; the package has to contain JavaScript';
  }
  if (code === 'ERR_MODULE_NOT_FOUND') return isPath(module) ? firstLine : `${firstLine}; a path starts with ./ or /`;
  const location = locationOf(error);
  if (location !== undefined) return `${firstLine} (${location})`;
  // The error object of a syntax error does not contain its location.
  return error instanceof SyntaxError
    ? `${firstLine}; run node --check on the module and its imports to find the line`
    : firstLine;
}

/** Returns the file and line that threw the error, from its stack: `/etc/exporter/queue.ts:12:7`. */
function locationOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = stack.split('\n').filter((line) => !line.includes(import.meta.url));
  return LOCATION.exec(lines.join('\n'))?.[1];
}

/** Matches a line of a stack trace, or the line with the location that Node.js writes before the message of some errors. */
const LOCATION = /^(?: +at (?:async )?(?:.* \()?)?(?:file:\/\/)?(\/[^()]+:\d+)\)?$/m;
