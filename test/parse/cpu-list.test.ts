import { parseCpuList } from '../../src/parse/cpu-list.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseCpuList', parseCpuList);

parses('an empty list', '\n', []);
parses('one CPU', '0\n', [0]);
parses('CPUs and ranges', '1,3-5,9\n', [1, 3, 4, 5, 9]);
rejects('a descending range', '5-3\n', 'expected a range of CPUs, got "5-3"');
rejects('more CPUs than any kernel supports', '0-999999\n', 'expected a range of CPUs, got "0-999999"');
rejects('a word for a range', '(null)\n', 'expected a range of CPUs, got "(null)"');
survives('1,3-5,9\n');
