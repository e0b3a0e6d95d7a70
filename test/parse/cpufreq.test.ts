import { parseFrequency } from '../../src/parse/cpufreq.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseFrequency', parseFrequency);

accepts('a frequency', '1699981\n', 1699981);
accepts('a driver that cannot tell', '<unknown>\n', undefined);
refuses('an empty file', '', 'expected a number, got ""');
refuses('a word', '<unsupported>\n', 'expected a number, got "<unsupported>"');
survives('1699981\n');
