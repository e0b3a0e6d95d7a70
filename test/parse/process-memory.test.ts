import { parseProcessMemory } from '../../src/parse/process-memory.ts';
import { describeParser } from '../support/parser.ts';

const STATUS =
  'Name:\tVmRSS: 7 kB\nVmPeak:\t    2268 kB\nVmSize:\t    2300 kB\nVmRSS:\t    1516 kB\nRssFile:\t    1464 kB\n';

const { accepts, refuses, survives } = describeParser('parseProcessMemory', parseProcessMemory);

accepts('what the kernel prints', STATUS, { vmSize: 2300, vmRss: 1516, rssFile: 1464 });
accepts('a kernel thread', 'Name:\tkthreadd\nThreads:\t1\n', {
  vmSize: undefined,
  vmRss: undefined,
  rssFile: undefined,
});
refuses('a number cut short', 'VmRSS:\t    15', 'unexpected line "VmRSS:\\t    15"');
refuses('a word for a number', 'VmSize:\tmuch kB\n', 'unexpected line "VmSize:\\tmuch kB"');
survives(STATUS);
