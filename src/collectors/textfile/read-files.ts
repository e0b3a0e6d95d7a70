import { posix } from 'node:path';
import { forEachItem } from '../../collection/collector.ts';
import { type ExpositionFamily, parseExposition } from '../../formats/exposition.ts';
import { type FileText, type Host, LINK_OUT, memoryLimit, ReadError, type RegularFile } from '../../host/host.ts';
import { runInSlices } from '../../util/slices.ts';

/** A text file that was read and parsed. */
export interface TextFile {
  readonly path: string;
  /** Modification time of the file, as Unix time in seconds. */
  readonly modified: number;
  readonly families: readonly ExpositionFamily[];
  /** False if lines of the file were left out. Their errors have been reported. */
  readonly isWhole: boolean;
}

export interface ReadFilesOptions {
  readonly directories: readonly string[];
  /** Maximum size of all files together, in bytes. */
  readonly maxBytes: number;
  /** True if symbolic links may lead out of their directory. */
  readonly followsLinks: boolean;
}

const MEBIBYTE = 1024 * 1024;
/** Share of the memory that text files may have by default. Parsed samples use up to 30 times as much memory as their text. */
const MEMORY_SHARE = 1 / 128;
const DEFAULT_MAX_BYTES = 4 * MEBIBYTE;

/** Returns the default of {@link ReadFilesOptions.maxBytes}. */
export function defaultMaxBytes(): number {
  return Math.max(MEBIBYTE, Math.min(DEFAULT_MAX_BYTES, memoryLimit() * MEMORY_SHARE));
}

/**
 * A shorter file or line counts as if it had this size in bytes, because a short line needs as much memory as a longer line.
 */
const MIN_FILE_BYTES = 4096;
const MIN_LINE_BYTES = 128;
/** A family counts as this many bytes: to write the exposition of 8,000 families delays other requests by 0.2 s. */
const FAMILY_BYTES = 512;

/** Number of files that are read at the same time. */
const LANES = 4;

/** Maximum number of bad lines of a file that are logged. */
const MAX_PROBLEMS = 5;

/**
 * Reads and parses the files `*.prom` in some directories, in the order of their paths. A file that cannot be read or
 * exceeds the size of all files is left out.
 *
 * @param errors receives the errors of directories and files that cannot be read
 * @throws {ReadError} if the deadline of the pass has passed
 */
export async function readFiles(
  host: Host,
  options: ReadFilesOptions,
  errors: unknown[],
): Promise<readonly TextFile[]> {
  const paths = await listFiles(host, options.directories, errors);
  const budget = new Budget(host, options.maxBytes, errors);
  const found = await findFiles(host, paths, { ...options, budget, errors });
  const texts = await readTexts(host, found, errors);
  const files: TextFile[] = [];
  for (const { path, text, modified } of texts) {
    if (!budget.takeLines(path, text)) continue;
    const content = await parse(host, path, text);
    if (budget.takeFamilies(path, content.families.length)) files.push({ path, modified, ...content });
  }
  return files;
}

/**
 * The size that remains for further files. A file that exceeds the size is refused; a smaller file after it may still fit.
 */
class Budget {
  readonly #host: Host;
  readonly #maxBytes: number;
  readonly #errors: unknown[];
  /** Sizes that remain for files, lines and families. */
  readonly #remaining: Record<'files' | 'lines' | 'families', number>;

  constructor(host: Host, maxBytes: number, errors: unknown[]) {
    this.#host = host;
    this.#maxBytes = maxBytes;
    this.#errors = errors;
    this.#remaining = { files: maxBytes, lines: maxBytes, families: maxBytes };
  }

  /** Maximum number of files. */
  get maxFiles(): number {
    return Math.floor(this.#maxBytes / MIN_FILE_BYTES);
  }

  takeFile(path: string, size: number): boolean {
    return this.#take('files', path, Math.max(size, MIN_FILE_BYTES));
  }

  takeLines(path: string, text: string): boolean {
    return this.#take('lines', path, costOf(text));
  }

  takeFamilies(path: string, count: number): boolean {
    return this.#take('families', path, count * FAMILY_BYTES);
  }

  /** Refuses files. A single error contains the number of files, because there may be a hundred thousand. */
  refuse([path, ...others]: readonly string[]): void {
    if (path === undefined) return;
    this.#host.onLimit('text_file_bytes', 1 + others.length);
    const subject = others.length === 0 ? path : `${path} and ${others.length} other files`;
    const limit = `the text files exceed --collector.textfile.max-megabytes, ${this.#maxBytes / MEBIBYTE} MiB`;
    this.#errors.push(new ReadError(`Cannot read ${subject}: ${limit}`, {}));
  }

  #take(kind: 'files' | 'lines' | 'families', path: string, cost: number): boolean {
    const fits = cost <= this.#remaining[kind];
    if (fits) this.#remaining[kind] -= cost;
    else this.refuse([path]);
    return fits;
  }
}

function costOf(text: string): number {
  let cost = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline + 1;
    cost += Math.max(end - start, MIN_LINE_BYTES);
    start = end;
  }
  return cost;
}

/** Returns the paths of the text files. Lists all directories at the same time, because a directory may hang. */
async function listFiles(host: Host, directories: readonly string[], errors: unknown[]): Promise<readonly string[]> {
  const matched = await Promise.all(
    directories.filter((path) => path !== '').map((path) => matchDirectories(host, path)),
  );
  const listed = await Promise.allSettled(
    matched.flat().map(async (directory) => {
      const names = await host.files.list(directory);
      return names.filter((name) => name.endsWith('.prom')).map((name) => posix.join(directory, name));
    }),
  );
  return listed.flatMap((result) => {
    if (result.status === 'fulfilled') return result.value;
    errors.push(result.reason);
    return [];
  });
}

async function matchDirectories(host: Host, pattern: string): Promise<readonly string[]> {
  if (!/[*?[\\]/.test(pattern)) return [pattern];
  const matches = await host.files.glob(pattern);
  return matches.length > 0 ? matches : [pattern];
}

interface FoundFile {
  readonly path: string;
  readonly file: RegularFile;
}

interface FindOptions extends ReadFilesOptions {
  readonly budget: Budget;
  readonly errors: unknown[];
}

/** Returns the files that may be read, in the order of the paths. */
async function findFiles(
  host: Host,
  paths: readonly string[],
  { followsLinks, budget, errors }: FindOptions,
): Promise<readonly FoundFile[]> {
  const results = await mapInLanes(paths.slice(0, budget.maxFiles), async (path) => {
    const file = await host.files.resolve(path, followsLinks ? undefined : posix.dirname(path));
    return { path, file };
  });
  const found = results.flatMap((result) => {
    if (result instanceof Error) {
      if (result instanceof ReadError && result.code === LINK_OUT) host.onLimit('text_file_links');
      errors.push(result);
      return [];
    }
    return budget.takeFile(result.path, result.file.size) ? [result] : [];
  });
  budget.refuse(paths.slice(budget.maxFiles));
  return found;
}

interface ReadFile extends FileText {
  readonly path: string;
}

async function readTexts(host: Host, found: readonly FoundFile[], errors: unknown[]): Promise<readonly ReadFile[]> {
  const results = await mapInLanes(found, async ({ path, file }): Promise<ReadFile> => {
    // The file may have grown since its size was counted.
    return { path, ...(await host.files.readResolved(file, Math.max(file.size, MIN_FILE_BYTES))) };
  });
  return results.flatMap((result) => {
    if (!(result instanceof Error)) return [result];
    errors.push(result);
    return [];
  });
}

/** Returns the results of calls in the order of the items. A call that fails has its error as result. */
async function mapInLanes<T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<readonly (R | Error)[]> {
  const results: (R | Error)[] = [];
  const visit = async ([index, item]: [number, T]): Promise<void> => {
    try {
      results[index] = await call(item);
    } catch (error) {
      results[index] = error instanceof Error ? error : new Error(String(error));
    }
  };
  await forEachItem(items.entries(), visit, LANES);
  return results;
}

/** Parses a file in slices, and reports its bad lines. */
async function parse(host: Host, path: string, text: string): Promise<Pick<TextFile, 'families' | 'isWhole'>> {
  let problems = 0;
  const steps = parseExposition(text, ({ message }) => {
    problems += 1;
    if (problems <= MAX_PROBLEMS) host.report(new SyntaxError(`Cannot parse ${path}: ${message}`));
  });
  const families = await runInSlices(steps, () => host.requireTime(path));
  return { families, isWhole: problems === 0 };
}
