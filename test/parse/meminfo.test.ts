import { parseMeminfo } from '../../src/parse/meminfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseMeminfo', parseMeminfo);

const SOME = `MemTotal:        8152340 kB
MemFree:           23456 kB
Active(anon):       2356 kB
Committed_AS:          0 kB
VmallocTotal:   34359738367 kB
HugePages_Total:       7
`;
parses(
  'fields with and without a unit',
  SOME,
  new Map([
    ['MemTotal', 8347996160],
    ['MemFree', 24018944],
    ['Active(anon)', 2412544],
    ['Committed_AS', 0],
    ['VmallocTotal', 35184372087808],
    ['HugePages_Total', 7],
  ]),
);
parses('a number that touches the colon', 'MemTotal:1 kB\n', new Map([['MemTotal', 1024]]));
rejects('an unknown unit', 'MemTotal: 1 MB\n', 'unexpected line "MemTotal: 1 MB"');
rejects('a line without a name', ': 1 kB\n', 'unexpected line ": 1 kB"');
rejects('a line without a number', 'MemTotal:\n', 'unexpected line "MemTotal:"');
rejects('a word after the unit', 'MemTotal: 1 kB 2\n', 'unexpected line "MemTotal: 1 kB 2"');
rejects('a negative number', 'MemFree: -1 kB\n', 'expected an unsigned number, got "-1"');
survives(SOME);
