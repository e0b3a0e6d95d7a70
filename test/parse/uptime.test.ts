import { parseUptime } from '../../src/parse/uptime.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseUptime', parseUptime);

parses('the uptime', '9246.58 17734.06\n', { uptime: 9246.58 });
parses('a file without a final newline', '9246.58 17734.06', { uptime: 9246.58 });
parses('an uptime of years', '1234567890.10 0.00\n', { uptime: 1234567890.1 });
parses('a file without the second number', '9246.58\n', { uptime: 9246.58 });
parses('a line of another text before the numbers', 'odd\n42\n9246.58 17734.06\n', { uptime: 9246.58 });
rejects('an empty file', '', 'expected a number with decimals in ""');
rejects('nan as an uptime', 'nan 17734.06\n', 'expected a number with decimals in "nan 17734.06\\n"');
rejects('a negative uptime', '-1.00 0.00\n', 'expected a number with decimals in "-1.00 0.00\\n"');
rejects(
  'a number of 30 digits',
  `${'9'.repeat(30)}.5\n`,
  `expected a number with decimals in "${'9'.repeat(30)}.5\\n"`,
);
survives('9246.58 17734.06\n');
