import { quote } from '../../src/parse/lines.ts';
import { parseProcessStat } from '../../src/parse/process-stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseProcessStat', parseProcessStat);

const REST = 'S 1 17 17 0 -1 4194560 9061 9416027 94 2620 36 98 54406 13885 20 0 5 0 29 109604864 2507\n';
const STAT = {
  state: 'S',
  userTicks: 36,
  systemTicks: 98,
  childrenUserTicks: 54406,
  childrenSystemTicks: 13885,
  threads: 5,
  startTicks: 29,
};

parses('the state, times and threads', `17 (khungtaskd) ${REST}`, STAT);
parses('a name with blanks and parentheses', `17 (a) R 9) (b) ${REST}`, STAT);
parses('a name with a newline', `17 (a\nb) ${REST}`, STAT);
parses('an empty name', `17 () ${REST}`, STAT);
rejects('an empty file', '', 'expected the state of a process in ""');
rejects('a name without a closing parenthesis', '17 (sh', 'expected the state of a process in "17 (sh"');
rejects('a name without a state', '17 (sh) 1 17', 'expected the state of a process in "17 (sh) 1 17"');
rejects('a truncated line', '17 (sh) S 1 17', 'expected 22 fields in "17 (sh) S 1 17"');
reports('a word for a number', `17 (sh) ${REST.replace(' 36 ', ' x ')}`, { ...STAT, userTicks: undefined }, [
  `expected a number, got "x" in ${quote(`17 (sh) ${REST.replace(' 36 ', ' x ')}`)}`,
]);
survives(`17 (a) b) ${REST}`);
