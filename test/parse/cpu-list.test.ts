import { parseCpuList } from '../../src/parse/cpu-list.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseCpuList', parseCpuList);

/** The numbers 0 to 65534. */
const COUNT = [...Array(65_535).keys()];

parses('an empty list', '\n', []);
parses('one CPU', '0\n', [0]);
parses('CPUs and ranges', '1,3-5,9\n', [1, 3, 4, 5, 9]);
rejects('a descending range', '5-3\n', 'expected a range of CPUs, got "5-3"');
rejects('more CPUs than any kernel supports', '0-999999\n', 'expected a range of CPUs, got "0-999999"');
rejects('a word for a range', '(null)\n', 'expected a range of CPUs, got "(null)"');
reports('ranges that have more CPUs in total than any kernel supports', '0-65534,3-5,7\n', COUNT, [
  'expected at most 65536 CPUs in "0-65534,3-5,7\\n" in "3-5"',
  'expected at most 65536 CPUs in "0-65534,3-5,7\\n" in "7"',
]);
survives('1,3-5,9\n');
