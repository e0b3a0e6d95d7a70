import { parseDiskstats } from '../../src/parse/diskstats.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseDiskstats', parseDiskstats);

const OLD = '   8       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530\n';
const NEW = ' 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n';
const sda = {
  major: '8',
  minor: '0',
  device: 'sda',
  values: [5082, 1390, 303854, 2086, 11298, 9402, 281752, 8841, 0, 7268, 11530],
};

parses('the columns of Linux 2.6.25', OLD, [sda]);
parses('the columns of Linux 5.5', NEW, [
  { major: '254', minor: '0', device: 'vda', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17] },
]);
parses('an unknown column', NEW.replace('\n', ' 18\n').slice(0, -1), [
  { major: '254', minor: '0', device: 'vda', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18] },
]);
parses('counts above 2^53', OLD.replace('5082', '18446744073709551615'), [
  { ...sda, values: [2 ** 64, ...sda.values.slice(1)] },
]);
parses('a file without devices', '', []);
rejects('a truncated line', '   8       0 sda 5082 1390\n', 'expected 14 columns in "   8       0 sda 5082 1390"');
rejects(
  'a word for a device number',
  OLD.replace('8 ', 'x '),
  'expected 14 columns in "   x       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530"',
);
rejects('a word for a count', OLD.replace('5082', '-1'), 'expected an unsigned number, got "-1"');
survives(OLD, NEW);
