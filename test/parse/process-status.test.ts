import { parseProcessStatus } from '../../src/parse/process-status.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseProcessStatus', parseProcessStatus);

const STATUS =
  'Name:\tVmRSS: 7 kB\nVmPeak:\t    2268 kB\nVmSize:\t    2300 kB\nVmRSS:\t    1516 kB\nRssFile:\t    1464 kB\nThreads:\t11\n';

parses('sizes and threads', STATUS, { vmSizeKib: 2300, vmRssKib: 1516, rssFileKib: 1464, threads: 11 });
parses('a kernel thread, which has no memory', 'Name:\tkthreadd\nThreads:\t1\n', {
  vmSizeKib: undefined,
  vmRssKib: undefined,
  rssFileKib: undefined,
  threads: 1,
});
parses('a file without any of the fields', 'Name:\tnode\nPid:\t2\n', {
  vmSizeKib: undefined,
  vmRssKib: undefined,
  rssFileKib: undefined,
  threads: undefined,
});
rejects('a truncated size', 'Name:\tsh\nVmRSS:\t    15', 'unexpected line "VmRSS:\\t    15"');
rejects('a word for a size', 'Name:\tsh\nVmSize:\tmuch kB\n', 'unexpected line "VmSize:\\tmuch kB"');
rejects('a word for a number of threads', 'Name:\tsh\nThreads:\tmany\n', 'unexpected line "Threads:\\tmany"');
rejects('a file that does not start with a name', '1 (sh) S 0\n', 'unexpected line "1 (sh) S 0"');
survives(STATUS);
