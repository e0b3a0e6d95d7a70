import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseFileNr } from '../parse/file-nr.ts';

const allocated = gauge('node_filefd_allocated', 'Open files of the machine.');
const maximum = gauge('node_filefd_maximum', 'How many files may be open.');

export const filefd = defineCollector({
  name: 'filefd',
  help: 'Open files from /proc/sys/fs/file-nr',
  create: () => ({
    families: [allocated, maximum],
    collect(host, emit) {
      const files = host.proc.read('sys/fs/file-nr', parseFileNr);
      emit(allocated, files.allocated);
      emit(maximum, files.maximum);
    },
  }),
});
