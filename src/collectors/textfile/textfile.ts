import { defineCollector } from '../../collection/collector.ts';
import { integer, texts, toggle } from '../../flags/flag.ts';
import { type MergedExposition, mergeExpositions } from '../../formats/merge-exposition.ts';
import { type Emit, external, gauge } from '../../metrics/metric.ts';
import { runInSlices, type Steps } from '../../util/slices.ts';
import { defaultMaxBytes, readFiles } from './read-files.ts';

const BYTES_PER_MIB = 1024 * 1024;

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
  flags: {
    directory: texts('Directory of *.prom files; may contain the wildcards * and ?.', 'DIR'),
    'max-megabytes': integer(
      'Maximum total size of the *.prom files, in MiB; each line counts as at least 128 bytes. 0 means 1 to 4 MiB, depending on the memory.',
      0,
      { min: 0, max: 64 },
    ),
    'follow-links': toggle('Follow symbolic links that lead out of the directory of *.prom files.'),
  },
  create({ directory: directories, 'max-megabytes': megabytes, 'follow-links': followsLinks }) {
    const maxBytes = megabytes * BYTES_PER_MIB || defaultMaxBytes();
    return {
      families: [modifiedAt, scrapeError],
      async collect(host, emit) {
        const errors: unknown[] = [];
        const files = await readFiles(host, { directories, maxBytes, followsLinks }, errors);
        const checkTime = () => host.requireTime('text files');
        const merged = await runInSlices(mergeExpositions(files), checkTime);
        errors.push(...merged.inconsistent);
        await runInSlices(emitFamilies(merged, emit), checkTime);
        for (const { path, modified, isWhole } of files) {
          // Like node_exporter, a file with errors has no modification time, so that alerts find it to be stale.
          if (isWhole) emit(modifiedAt, Math.floor(modified), { file: path });
        }
        emit(scrapeError, errors.length > 0 || files.some(({ isWhole }) => !isWhole) ? 1 : 0);
        // Rejected series make the collector fail, but do not set node_textfile_scrape_error: the file itself was readable.
        errors.push(...merged.rejected);
        if (errors.length > 0) throw new AggregateError(errors);
      },
    };
  },
});

/** Emits the families. The generator has one step for each series. */
function* emitFamilies({ families }: MergedExposition, emit: Emit): Steps<void> {
  for (const { name, type, help, labels: names, series } of families) {
    const family = external(name, { help, type, labels: names });
    for (const { labels, value } of series) {
      emit(family, value, labels);
      yield;
    }
  }
}
