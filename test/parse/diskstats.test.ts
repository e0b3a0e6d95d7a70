import { parseDiskstats } from '../../src/parse/diskstats.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseDiskstats', parseDiskstats);

const OLD = '   8       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530\n';
const NEW = ' 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n';
const sda = {
  number: { major: '8', minor: '0' },
  device: 'sda',
  values: [5082, 1390, 303854, 2086, 11298, 9402, 281752, 8841, 0, 7268, 11530],
};

parses('the columns of Linux 2.6.25', OLD, [sda]);
parses('the columns of Linux 5.5', NEW, [
  {
    number: { major: '254', minor: '0' },
    device: 'vda',
    values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  },
]);
parses('an unknown column', NEW.replace('\n', ' 18\n').slice(0, -1), [
  {
    number: { major: '254', minor: '0' },
    device: 'vda',
    values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
  },
]);
parses('counts above 2^53', OLD.replace('5082', '18446744073709551615'), [
  { ...sda, values: [2 ** 64, ...sda.values.slice(1)] },
]);
parses('a file without devices', '', []);
rejects('a truncated line', '   8       0 sda 5082 1390\n', 'expected 14 columns in "   8       0 sda 5082 1390"');
rejects(
  'a word for a device number',
  OLD.replace('8 ', 'x '),
  'expected the number of a device in "   x       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530"',
);
const BAD = OLD.replace('5082', '-1').trimEnd();
rejects('a negative count', BAD, `expected an unsigned number, got "-1" in "${BAD}"`);
reports(
  'a malformed count and an odd line, and returns everything else',
  'odd line 42\n8 0 sda 1 x 3 4 5 6 7 8 9 10 11\n8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n',
  [
    { number: { major: '8', minor: '0' }, device: 'sda', values: [1, undefined, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    { number: { major: '8', minor: '1' }, device: 'sda1', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
  ],
  ['expected 14 columns in "odd line 42"', 'expected a number, got "x" in "8 0 sda 1 x 3 4 5 6 7 8 9 10 11"'],
);
survives(OLD, NEW);
