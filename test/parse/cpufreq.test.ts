import { parseFrequency } from '../../src/parse/cpufreq.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseFrequency', parseFrequency);

parses('a frequency', '1699981\n', 1699981);
parses('an unknown frequency', '<unknown>\n', undefined);
rejects('an empty file', '', 'expected a number, got ""');
rejects('a word for a number', '<unsupported>\n', 'expected a number, got "<unsupported>"');
survives('1699981\n');
