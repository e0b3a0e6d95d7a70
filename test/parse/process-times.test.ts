import { parseProcessTimes } from '../../src/parse/process-times.ts';
import { describeParser } from '../support/parser.ts';

const REST =
  'S 16833 16854 16854 0 -1 4194560 1057 285 4 4 2 1 7 8 20 0 1 0 98132 2322432 348 18446744073709551615 0 0 0';
const expected = {
  userTicks: 2,
  systemTicks: 1,
  childrenUserTicks: 7,
  childrenSystemTicks: 8,
  startTicks: 98_132,
};

const { accepts, refuses, survives } = describeParser('parseProcessTimes', parseProcessTimes);

accepts('what the kernel prints', `16854 (httpd) ${REST}\n`, { command: 'httpd', ...expected });
accepts('blanks and brackets in a command', `1 (a) R (b ) S 1) ${REST}\n`, { command: 'a) R (b ) S 1', ...expected });
accepts('a newline in a command', `1 (a\nb) ${REST}\n`, { command: 'a\nb', ...expected });
accepts('an empty command', `1 () ${REST}\n`, { command: '', ...expected });
refuses('an empty file', '', 'expected a command in brackets in ""');
refuses('a file cut short', '1 (sh) S 1 2', 'expected 14 fields in "1 (sh) S 1 2"');
refuses('a command that does not end', '1 (sh', 'expected a command in brackets in "1 (sh"');
survives(`16854 (httpd) ${REST}\n`);
