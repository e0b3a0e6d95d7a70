import { parseFrequency } from '../../src/parse/cpufreq.ts';
import { describeParser } from '../support/parser.ts';

const { parses, rejects, survives } = describeParser('parseFrequency', parseFrequency);

parses('a frequency', '1699981\n', 1699981);
parses('a driver that cannot tell', '<unknown>\n', undefined);
rejects('an empty file', '', 'expected a number, got ""');
rejects('a word', '<unsupported>\n', 'expected a number, got "<unsupported>"');
survives('1699981\n');
