import { type ResolveFnOutput, type ResolveHookContext, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CollectorDefinition } from '../collection/collector.ts';
import type { Mistakes } from '../flags/mistakes.ts';
import { isSpecialFile } from '../host/stat.ts';
import { codeOf, messageOf } from '../util/errors.ts';
import { exportedCollectors } from './module-exports.ts';

/** The package name under which modules import the library. */
const LIBRARY = 'otel-node-exporter';

export interface LoadOptions {
  /** URL of the running program. The file at this URL is also the library. */
  readonly library: string;
  /** Directory for relative paths of modules. The search for packages also starts in this directory. */
  readonly directory: string;
}

/**
 * Loads modules one after the other and returns the collectors that they export. Adds a mistake for each module that cannot
 * be loaded or exports no collector.
 *
 * @param modules paths of files, and names of packages; a path may start with `./` or `/`
 */
export async function loadModules(
  modules: readonly string[],
  { library, directory }: LoadOptions,
  mistakes: Mistakes,
): Promise<readonly CollectorDefinition[]> {
  if (modules.length === 0) return [];
  const base = pathToFileURL(join(directory, '/')).href;
  hookResolution(library, { packages: modules.filter((module) => !isPath(module)), base });
  const definitions: CollectorDefinition[] = [];
  for (const module of modules) {
    try {
      definitions.push(...exportedCollectors(await load(module, base), module));
    } catch (error) {
      mistakes.add(error);
    }
  }
  return definitions;
}

/**
 * Changes how Node.js resolves imports. An import of the library resolves to the running program, so that no second copy of
 * the library is loaded. For `packages`, the search starts in the directory `base` instead of the directory of the program.
 */
function hookResolution(library: string, { packages, base }: { packages: readonly string[]; base: string }): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === LIBRARY) return { url: library, format: 'module', shortCircuit: true };
      const isModule = context.parentURL === import.meta.url && packages.includes(specifier);
      const resolved = isModule ? resolvePackageOrFile(specifier, base, next) : next(specifier, context);
      // Without a package.json that names the format, Node.js would parse the file twice to detect the format, and log a
      // warning.
      const lacksFormat = resolved.url.endsWith('.ts') && resolved.format == null;
      return lacksFormat ? { ...resolved, format: 'module-typescript' } : resolved;
    },
  });
}

/**
 * @throws {Error} if the package cannot be used, or if the directory `base` has neither a package nor a file of this name
 */
function resolvePackageOrFile(name: string, base: string, next: ResolveNext): ResolveFnOutput {
  try {
    return next(name, { parentURL: base });
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
  try {
    return next(new URL(name, base).href);
  } catch (error) {
    throw new Error(`found neither a file nor a package of this name in ${fileURLToPath(base)}`, { cause: error });
  }
}

type ResolveNext = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput;

async function load(module: string, base: string): Promise<object> {
  try {
    if (!isPath(module)) return await import(module);
    const url = new URL(module, base);
    // Node.js would read an endless device, or wait for the writer of a pipe.
    if (isSpecialFile(fileURLToPath(url))) throw new Error('not a regular file');
    return await import(url.href);
  } catch (error) {
    throw new Error(`Cannot load module ${module}: ${reasonOf(error)}`);
  }
}

function isPath(module: string): boolean {
  return /^[./]/.test(module);
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const [firstLine = ''] = messageOf(error).split('\n');
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node.js does not run TypeScript in node_modules; the package has to contain JavaScript';
  }
  if (code === 'ERR_MODULE_NOT_FOUND') return firstLine;
  const location = locationOf(error);
  if (location !== undefined) return `${firstLine} (${location})`;
  // The error object of a syntax error does not contain the location of the error.
  return error instanceof SyntaxError
    ? `${firstLine}; run node --check on the module and its imports to find the line`
    : firstLine;
}

/** Returns the location that threw an error, from the stack of the error: `/etc/exporter/queue.ts:12:7`. */
function locationOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = stack.split('\n').filter((line) => !line.includes(import.meta.url));
  return LOCATION.exec(lines.join('\n'))?.[1];
}

/**
 * Matches a line of a stack trace. Also matches the line with a location that Node.js writes before the message of some
 * errors.
 */
const LOCATION = /^(?: +at (?:async )?(?:.* \()?)?(?:file:\/\/)?(\/[^()]+:\d+)\)?$/m;
