import { parseCpuList } from '../../src/parse/cpu-list.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseCpuList', parseCpuList);

accepts('an empty list', '\n', []);
accepts('one CPU', '0\n', [0]);
accepts('CPUs and ranges', '1,3-5,9\n', [1, 3, 4, 5, 9]);
refuses('a range that runs backwards', '5-3\n', 'expected a range of CPUs, got "5-3"');
refuses('more CPUs than any kernel has', '0-999999\n', 'expected a range of CPUs, got "0-999999"');
refuses('a word', '(null)\n', 'expected a range of CPUs, got "(null)"');
survives('1,3-5,9\n');
