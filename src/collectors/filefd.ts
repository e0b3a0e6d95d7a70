import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseFileNr } from '../parse/file-nr.ts';

const allocated = gauge('node_filefd_allocated', 'File handles that the kernel of the host has allocated.');
const maximum = gauge('node_filefd_maximum', 'Maximum number of file handles that the kernel of the host allocates.');

/** https://docs.kernel.org/admin-guide/sysctl/fs.html#file-max-file-nr */
export const filefd = defineCollector({
  name: 'filefd',
  help: 'Allocated file handles and their limit from /proc/sys/fs/file-nr',
  create: () => ({
    families: [allocated, maximum],
    collect(host, emit) {
      const files = host.proc.read('sys/fs/file-nr', parseFileNr);
      if (files.allocated !== undefined) emit(allocated, files.allocated);
      if (files.maximum !== undefined) emit(maximum, files.maximum);
    },
  }),
});
