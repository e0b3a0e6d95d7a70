import * as parse from '../../src/parse/bcachefs.ts';
import { describeParser } from '../support/describe-parser.ts';

const number = describeParser('parseHumanNumber', parse.parseHumanNumber);
number.parses('a whole number', '720\n', 720);
number.parses('a shortened number and rounds it down', '1.26k', 1290);
number.parses('an uppercase unit', '512K', 524288);
number.parses('the largest unit', '2E', 2 ** 61);
number.rejects('a unit without a number', 'G', 'expected a number, got "G"');
number.rejects('an unknown unit', '1X', 'expected a number, got "1X"');
number.survives('2.05G\n');

const counter = describeParser('parseCounter', parse.parseCounter);
counter.parses(
  'the count since the creation of the file system',
  'since mount:                   12\nsince filesystem creation:     3.50k\n',
  3584,
);
counter.parses('a file with only the count since the mount', 'since mount:                   12\n', undefined);
counter.rejects('a file without both counts', '12\n', 'expected two counts in "12\\n"');
counter.survives('since mount:                   12\nsince filesystem creation:     3.50k\n');

const COMPRESSION =
  'type          compressed    uncompressed     average extent size\nlz4                1.50k           3.00k                     512\nincompressible      4096            4096                    4096\n';
const compression = describeParser('parseCompressionStats', parse.parseCompressionStats);
compression.parses('rows below headings', COMPRESSION, [
  { algorithm: 'lz4', compressed: 1536, uncompressed: 3072 },
  { algorithm: 'incompressible', compressed: 4096, uncompressed: 4096 },
]);
compression.parses('an empty file', '', []);
compression.survives(COMPRESSION);

const WRITES = '                    nr        size\ninitial:           33   100k\njournal_reclaim:   6    697\n\n';
const writes = describeParser('parseBtreeWriteStats', parse.parseBtreeWriteStats);
writes.parses('rows below headings', WRITES, [
  { type: 'initial', count: 33, averageBytes: 102400 },
  { type: 'journal_reclaim', count: 6, averageBytes: 697 },
]);
writes.rejects('a word for a count', '\ninitial: many 1\n', 'expected a number, got "many" in "initial: many 1"');
writes.reports(
  'a malformed number and a truncated row, and returns everything else',
  'type\ninitial: many 1k\nlogged: 3\nother: 5 6\n',
  [
    { type: 'initial', count: undefined, averageBytes: 1024 },
    { type: 'other', count: 5, averageBytes: 6 },
  ],
  ['expected a number, got "many" in "initial: many 1k"', 'unexpected line "logged: 3"'],
);
writes.survives(WRITES);

const errors = describeParser('parseErrors', parse.parseErrors);
errors.parses(
  'counts with the time of the last error',
  'bset_bad_csum            2       1767112063\nlru_entry_bad            18446744073709551615\n',
  new Map([
    ['bset_bad_csum', 2],
    ['lru_entry_bad', 2 ** 64],
  ]),
);
errors.survives('bset_bad_csum            2       1767112063\n');

const DONE = 'read:\nsb          :       4096\nbtree       :          0\nwrite:\nuser        :5620703395\n';
const done = describeParser('parseIoDone', parse.parseIoDone);
done.parses('bytes that were read and written', DONE, [
  { operation: 'read', dataType: 'sb', bytes: 4096 },
  { operation: 'read', dataType: 'btree', bytes: 0 },
  { operation: 'write', dataType: 'user', bytes: 5620703395 },
]);
done.rejects('a word for a size', 'read:\nsb : x\n', 'expected a number, got "x" in "sb : x"');
done.survives(DONE);

const IO_ERRORS =
  'IO errors since filesystem creation\n  read:    18\n  checksum:5\nIO errors since 8 y ago\n  read:    7\n';
const ioErrors = describeParser('parseIoErrors', parse.parseIoErrors);
ioErrors.parses(
  'only counts since the creation of the file system',
  IO_ERRORS,
  new Map([
    ['read', 18],
    ['checksum', 5],
  ]),
);
ioErrors.survives(IO_ERRORS);
