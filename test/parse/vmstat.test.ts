import { parseVmstat } from '../../src/parse/vmstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseVmstat', (text, report) =>
  parseVmstat(text, (name) => name !== 'nr_dirty', report),
);

parses(
  'names and numbers',
  'nr_free_pages 977769\npgfault 18446744073709551615\noom_kill 0\n',
  new Map([
    ['nr_free_pages', 977769],
    ['pgfault', 18446744073709552000],
    ['oom_kill', 0],
  ]),
);
parses('a file with a word for an unwanted number', 'nr_dirty x\npgfault 7\n', new Map([['pgfault', 7]]));
rejects('a name without a number', 'pgfault\n', 'unexpected line "pgfault"');
parses('a line that starts with another text', 'pg-fault 1\n42 1\npgfault 7\n', new Map([['pgfault', 7]]));
reports('two numbers', 'pgfault 1 2\noom_kill 3\n', new Map([['oom_kill', 3]]), [
  'expected a number, got "1 2" in "pgfault 1 2"',
]);
survives('nr_free_pages 977769\npgfault 4321987\noom_kill 0\n');

parses(
  'a number with blanks at the end of the line',
  'pgfault 7 \npgmajfault 8\t\r\n',
  new Map([
    ['pgfault', 7],
    ['pgmajfault', 8],
  ]),
);
parses('a file without a wanted field', 'nr_dirty 7\n', new Map());
rejects('another format', '<p>404</p>\n', 'expected a line such as "pgfault 4321987", got "<p>404</p>\\n"');
