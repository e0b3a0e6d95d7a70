import { parseMeminfo } from '../../src/parse/meminfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const WANTED = new Set([
  'Active(anon)',
  'Committed_AS',
  'HugePages_Total',
  'MemAvailable',
  'MemFree',
  'MemTotal',
  'VmallocTotal',
]);
const { parses, rejects, reports, survives } = describeParser('parseMeminfo()', (text, report) =>
  parseMeminfo(text, WANTED, report),
);

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
parses(
  'a file that NUL characters and lines of other kernels follow',
  'MemTotal: 1 kB\nBalloon: none\nodd line\nMemFree: 2 kB\n\0\0\0\0',
  new Map([
    ['MemTotal', 1024],
    ['MemFree', 2048],
  ]),
);
rejects('an unknown unit', 'MemTotal: 1 MB\n', 'expected a number, got "1 MB" in "MemTotal: 1 MB"');
rejects('a line without a number', 'MemTotal:\n', 'expected a number, got "" in "MemTotal:"');
rejects('a word after the unit', 'MemTotal: 1 kB 2\n', 'expected a number, got "1 kB 2" in "MemTotal: 1 kB 2"');
reports(
  'a negative number, and returns the other fields',
  'MemFree: -1 kB\nMemTotal: 1 kB\n',
  new Map([
    ['MemFree', undefined],
    ['MemTotal', 1024],
  ]),
  ['expected an unsigned number, got "-1" in "MemFree: -1 kB"'],
);
survives(SOME);

parses(
  'a line with blanks at its end',
  'MemTotal:        4028532 kB \nHugePages_Total:       5\t\r\n',
  new Map([
    ['MemTotal', 4028532 * 1024],
    ['HugePages_Total', 5],
  ]),
);
