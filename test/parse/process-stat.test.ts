import { parseProcessStat } from '../../src/parse/process-stat.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseProcessStat', parseProcessStat);

const REST = '1 17 17 0 -1 4194560 9061 9416027 94 2620 36 98 54406 13885 20 0 5 0 29 109604864 2507\n';
accepts('what the kernel prints', `17 (khungtaskd) S ${REST}`, { state: 'S', threads: 5 });
accepts('a name of blanks and parentheses', `17 (a) R 9) (b) D ${REST}`, { state: 'D', threads: 5 });
accepts('a name with a newline', `17 (a\nb) Z ${REST}`, { state: 'Z', threads: 5 });
refuses('a cut line', '17 (sh) S 1 17', 'expected the state of a process in "17 (sh) S 1 17"');
refuses('an empty file', '', 'expected the state of a process in ""');
survives(`17 (a) b) S ${REST}`);
