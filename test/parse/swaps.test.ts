import { parseSwaps } from '../../src/parse/swaps.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSwaps', parseSwaps);

const HEADING = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const AREAS = `${HEADING}/dev/dm-1                               partition\t8388604\t\t1024\t\t-2\n/a\\040b file\t\t1024\t0\t100\n`;

parses('a file without swap areas', HEADING, []);
parses('a device and a file', AREAS, [
  { name: '/dev/dm-1', type: 'partition', size: 8388604 * 1024, used: 1024 * 1024, priority: -2 },
  { name: '/a\\040b', type: 'file', size: 1024 * 1024, used: 0, priority: 100 },
]);
rejects(
  'a truncated line',
  `${HEADING}/dev/dm-1 partition 8388604\n`,
  'expected 5 columns in "/dev/dm-1 partition 8388604"',
);
rejects(
  'a word for a size',
  `${HEADING}/swap file big 0 -2\n`,
  'expected a number, got "big" in "/swap file big 0 -2"',
);
rejects(
  'a word for a priority',
  `${HEADING}/swap file 1024 0 low\n`,
  'expected an integer, got "low" in "/swap file 1024 0 low"',
);
rejects(
  'a line with a column too many',
  `${HEADING}/a b file 1024 0 -2\n`,
  'expected 5 columns in "/a b file 1024 0 -2"',
);
reports(
  'a malformed size and an odd line, and returns everything else',
  `${HEADING}/swap file big 0 -2\nodd line\n/b file 4 2 5\n`,
  [
    { name: '/swap', type: 'file', size: undefined, used: 0, priority: -2 },
    { name: '/b', type: 'file', size: 4096, used: 2048, priority: 5 },
  ],
  ['expected a number, got "big" in "/swap file big 0 -2"', 'expected 5 columns in "odd line"'],
);
survives(AREAS);
