import { parseBcacheNumber, parsePriorityStats, parseWritebackRateDebug } from '../../src/parse/bcache.ts';
import { describeParser } from '../support/describe-parser.ts';

const number = describeParser('parseBcacheNumber', parseBcacheNumber);
number.parses('a whole number', '512\n', 512);
number.parses('a shortened number', '13.4G\n', Math.trunc((13 + 4 / 10.24) * 2 ** 30));
number.parses(
  'a remainder of two digits as larger than a remainder of one digit',
  '1.10k',
  Math.trunc((1 + 10 / 10.24) * 1024),
);
number.parses('a shortened number without a remainder', '7M', 7 * 2 ** 20);
number.parses('a negative number', '-2.0k', -2048);
number.rejects('a unit without a number', 'k', 'expected a number, got "k"');
number.rejects('an empty file', '', 'expected a number, got ""');
number.rejects('a number with two points', '1.2.3M', 'expected a number, got "1.2.3M"');
number.survives('13.4G\n');

const RATE =
  'rate:\t\t4.0k/sec\ndirty:\t\t0\ntarget:\t\t1.0G\nproportional:\t-2.0k\nintegral:\t0\nchange:\t\t-1/sec\nnext io:\t-5ms\n';
const rate = describeParser('parseWritebackRateDebug', parseWritebackRateDebug);
rate.parses(
  'the fields that are rates and sizes',
  RATE,
  new Map([
    ...([
      ['rate', 4096],
      ['dirty', 0],
      ['target', 2 ** 30],
    ] as const),
    ...([
      ['proportional', -2048],
      ['integral', 0],
      ['change', -1],
    ] as const),
  ]),
);
rate.rejects('a word for a number', 'rate: fast\n', 'expected a number, got "fast" in "rate: fast"');
rate.survives(RATE);

const PRIORITY = 'Unused:\t\t97%\nClean:\t\t1%\nMetadata:\t2%\nAverage:\t10\nQuantiles:\t[0 1 2]\n';
const priority = describeParser('parsePriorityStats', parsePriorityStats);
priority.reports('a word for a percentage', 'Unused: most\nMetadata: 2%\n', new Map([['Metadata', 2]]), [
  'expected a percentage, got "most" in "Unused: most"',
]);
priority.parses(
  'the shares of unused space and of metadata',
  PRIORITY,
  new Map([
    ['Unused', 97],
    ['Metadata', 2],
  ]),
);
priority.survives(PRIORITY);
