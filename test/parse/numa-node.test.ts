import { parseNodeMeminfo, parseNumastat } from '../../src/parse/numa-node.ts';
import { describeParser } from '../support/describe-parser.ts';

const meminfo = describeParser('parseNodeMeminfo', parseNodeMeminfo);
const MEMINFO = `
Node 0 MemTotal:       134182340 kB
Node 0 Active(anon):         707 kB
Node 0 HugePages_Total:     5
`;
meminfo.parses(
  'fields with and without a unit',
  MEMINFO,
  new Map([
    ['MemTotal', 137402716160],
    ['Active(anon)', 723968],
    ['HugePages_Total', 5],
  ]),
);
meminfo.rejects('an unknown unit', 'Node 0 MemTotal: 1 MB\n', 'unexpected line "Node 0 MemTotal: 1 MB"');
meminfo.rejects('a line of /proc/meminfo', 'MemTotal: 1 kB\n', 'unexpected line "MemTotal: 1 kB"');
meminfo.survives(MEMINFO);

const numastat = describeParser('parseNumastat', parseNumastat);
const NUMASTAT = 'numa_hit 193460335812\nnuma_miss 0\n';
numastat.parses(
  'names and numbers',
  NUMASTAT,
  new Map([
    ['numa_hit', 193460335812],
    ['numa_miss', 0],
  ]),
);
numastat.rejects('a name without a number', 'numa_hit\n', 'unexpected line "numa_hit"');
numastat.survives(NUMASTAT);
