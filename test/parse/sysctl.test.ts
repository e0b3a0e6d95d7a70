import { parseSysctlNumbers, parseSysctlTexts } from '../../src/parse/sysctl.ts';
import { describeParser } from '../support/describe-parser.ts';

const words = describeParser('parseSysctlTexts', parseSysctlTexts);
words.parses('words', 'kill_process kill_thread\tlog\nallow\n', ['kill_process', 'kill_thread', 'log', 'allow']);
words.parses('an empty file', '\n', []);

const numbers = describeParser('parseSysctlNumbers', parseSysctlNumbers);
numbers.parses('integers', '1024\t0\t-1\n0x1F\n', [1024, 0, -1, 31]);
numbers.parses('the largest u64', '18446744073709551615\n', [18446744073709552000]);
numbers.reports(
  'a word for a number and a fraction',
  '1 yes 0.5 4\n',
  [1, undefined, undefined, 4],
  ['expected an integer, got "yes" in "1 yes 0.5 4\\n"', 'expected an integer, got "0.5" in "1 yes 0.5 4\\n"'],
);
numbers.survives('1024\t0\t1631329\n');
