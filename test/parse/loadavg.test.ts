import { parseLoadavg } from '../../src/parse/loadavg.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseLoadavg', parseLoadavg);

parses('three averages', '0.57 0.80 0.77 1/79 2736\n', { load1: 0.57, load5: 0.8, load15: 0.77 });
parses('a file without a final newline', '0.57 0.80 0.77 1/79 2736', { load1: 0.57, load5: 0.8, load15: 0.77 });
parses('high averages', '1024.00 768.99 15.00 9999/123456 4194304\n', { load1: 1024, load5: 768.99, load15: 15 });
parses('a line of another text before the numbers', 'odd line 42\n0.57 0.80 0.77 1/79 2736\n', {
  load1: 0.57,
  load5: 0.8,
  load15: 0.77,
});
rejects('an empty file', '', 'expected three numbers in ""');
rejects('a truncated line', '0.57 0.80', 'expected three numbers in "0.57 0.80"');
rejects('nan as an average', 'nan 0.80 0.77 1/79 2736\n', 'expected a number, got "nan" in "nan 0.80 0.77 1/79 2736"');
rejects(
  'a negative average',
  '-0.57 0.80 0.77 1/79 2\n',
  'expected an unsigned number, got "-0.57" in "-0.57 0.80 0.77 1/79 2"',
);
survives('0.57 0.80 0.77 1/79 2736\n');
