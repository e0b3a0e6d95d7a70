import { posix } from 'node:path';
import { defineCollector, forEachItem } from '../collection/collector.ts';
import { texts } from '../flags/flag.ts';
import { parseExposition } from '../formats/exposition.ts';
import { type ExpositionFile, type MergedExposition, mergeExpositions } from '../formats/merge-exposition.ts';
import type { Host } from '../host/host.ts';
import { type Emit, external, gauge } from '../metrics/metric.ts';
import type { ReportProblem } from '../parse/rows.ts';

const modifiedAt = gauge(
  'node_textfile_mtime_seconds',
  'Unix time in seconds at which the text file was last modified.',
  ['file'],
);
const scrapeError = gauge(
  'node_textfile_scrape_error',
  '1 if a text file or a directory of text files could not be read or parsed, 0 otherwise.',
);

export const textfile = defineCollector({
  name: 'textfile',
  help: 'Metrics of other programs from *.prom files',
  flags: { directory: texts('Directory of *.prom files; may contain the wildcards * and ?.', 'DIR') },
  create: ({ directory: directories }) => ({
    families: [modifiedAt, scrapeError],
    async collect(host, emit) {
      const errors: unknown[] = [];
      const paths = await listFiles(host, directories, errors);
      const files = await readFiles(host, paths, errors);
      const merged = mergeExpositions(files);
      errors.push(...merged.inconsistent);
      emitFamilies(merged, emit);
      for (const { path, modified, isWhole } of files) {
        // Like node_exporter, emit no modification time for a file with errors, so that alerts treat the file as stale.
        if (isWhole) emit(modifiedAt, Math.floor(modified), { file: path });
      }
      emit(scrapeError, errors.length > 0 || files.some(({ isWhole }) => !isWhole) ? 1 : 0);
      // Rejected series make the collector fail, but do not set node_textfile_scrape_error: the file itself was readable.
      errors.push(...merged.rejected);
      if (errors.length > 0) throw new AggregateError(errors);
    },
  }),
});

/** Returns the paths of the text files, and adds the errors of unreadable directories to `errors`. */
async function listFiles(host: Host, directories: readonly string[], errors: unknown[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const directory of directories.filter((path) => path !== '')) {
    const matches = await host.files.glob(directory);
    for (const match of matches.length > 0 ? matches : [directory]) {
      try {
        const names = await host.files.list(match);
        paths.push(...names.filter((name) => name.endsWith('.prom')).map((name) => posix.join(match, name)));
      } catch (error) {
        errors.push(error);
      }
    }
  }
  return paths;
}

interface DatedFile extends ExpositionFile {
  /** Modification time of the file, as Unix time in seconds. */
  readonly modified: number;
  /** False if lines of the file were left out. Their errors have been reported. */
  readonly isWhole: boolean;
}

/** Number of files that are read at the same time. If all of these reads hang, threads remain for the other collectors. */
const LANES = 4;

/** Returns the readable files, and adds the errors of unreadable files to `errors`, both in the order of the paths. */
async function readFiles(host: Host, paths: readonly string[], errors: unknown[]): Promise<readonly DatedFile[]> {
  const files: DatedFile[] = [];
  const failures: unknown[] = [];
  const readFile = async ([index, path]: [number, string]): Promise<void> => {
    try {
      const { content, modified } = await host.files.readWithMtime(path, parseFile);
      files[index] = { path, modified, ...content };
    } catch (error) {
      failures[index] = error;
    }
  };
  await forEachItem(paths.entries(), readFile, LANES);
  // An array has a hole for each path without an entry. Object.values() skips holes.
  errors.push(...Object.values(failures));
  return Object.values(files);
}

/** Parses a file, whose bad lines are reported. */
function parseFile(text: string, report: ReportProblem): Pick<DatedFile, 'families' | 'isWhole'> {
  let isWhole = true;
  const families = parseExposition(text, (problem) => {
    isWhole = false;
    report(problem);
  });
  return { families, isWhole };
}

function emitFamilies({ families }: MergedExposition, emit: Emit): void {
  for (const { name, type, help, labels: names, series } of families) {
    const family = external(name, { help, type, labels: names });
    for (const { labels, value } of series) emit(family, value, labels);
  }
}
