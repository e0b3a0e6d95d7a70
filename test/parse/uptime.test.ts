import { parseUptime } from '../../src/parse/uptime.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseUptime', parseUptime);

parses('the uptime', '9246.58 17734.06\n', { uptime: 9246.58 });
parses('a file without a final newline', '9246.58 17734.06', { uptime: 9246.58 });
parses('an uptime of years', '1234567890.10 0.00\n', { uptime: 1234567890.1 });
rejects('an empty file', '', 'expected two numbers in ""');
rejects('a truncated line', '9246.58', 'expected two numbers in "9246.58"');
rejects('nan as an uptime', 'nan 17734.06\n', 'expected a number, got "nan"');
rejects('a negative uptime', '-1.00 0.00\n', 'expected an unsigned number, got "-1.00"');
rejects('a number of 30 digits', `${'9'.repeat(30)} 0.00\n`, `expected a number, got "${'9'.repeat(30)}"`);
survives('9246.58 17734.06\n');
