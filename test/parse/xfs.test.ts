import { parseXfsStats } from '../../src/parse/xfs.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseXfsStats', parseXfsStats);

const TEXT = 'extent_alloc 92447 97589 92448 93751\nrw 107739 94045\nxpc 399724544 92823103 18446744073709551615\n';

parses(
  'lines of different lengths',
  TEXT,
  new Map([
    ['extent_alloc', [92447, 97589, 92448, 93751]],
    ['rw', [107739, 94045]],
    ['xpc', [399724544, 92823103, 2 ** 64]],
  ]),
);
rejects('a word for a count', 'rw 1 x\n', 'expected a number, got "x"');
survives(TEXT);
