import { parseXfsStats } from '../../src/parse/xfs.ts';
import { describeParser } from '../support/describe-parser.ts';

const WANTED = new Map([
  ['extent_alloc', 4],
  ['rw', 2],
  ['xpc', 3],
]);

const { parses, rejects, reports, survives } = describeParser('parseXfsStats', (text, report) =>
  parseXfsStats(text, WANTED, report),
);

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
parses('a line of an unwanted name and an unwanted column', 'gc xpc 7\nrw 1 2 x\n', new Map([['rw', [1, 2]]]));
rejects('a file without a wanted line', 'gc xpc 7\n', 'expected a line such as "rw 7 8" in "gc xpc 7\\n"');
reports(
  'a word for a count',
  'rw 1 x\nxpc 1 2 3\n',
  new Map([
    ['rw', [1, undefined]],
    ['xpc', [1, 2, 3]],
  ]),
  ['expected a number, got "x" in "rw 1 x"'],
);
survives(TEXT);
