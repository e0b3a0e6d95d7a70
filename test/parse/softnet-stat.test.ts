import { quote } from '../../src/parse/lines.ts';
import { parseSoftnetStat } from '../../src/parse/softnet-stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSoftnetStat', parseSoftnetStat);

const NOW =
  '00049279 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000003 00000004 00000005 00000006 00000000 00000000 00000000\n' +
  '000dfb82 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000001f 00000000 00000000\n';
const NOTHING = { dropped: 0, squeezed: 0, collisions: 0, receivedRps: 0, flowLimited: 0, backlog: 0 };

parses('CPU numbers while a CPU is offline', NOW, [
  {
    cpu: '0',
    processed: 299641,
    dropped: 1,
    squeezed: 2,
    collisions: 3,
    receivedRps: 4,
    flowLimited: 5,
    backlog: 6,
  },
  { ...NOTHING, cpu: '31', processed: 916354 },
]);
parses(
  'the columns of Linux 2.6, which has no CPU numbers',
  '00000001 0 0 0 0 0 0 0 00000009\nffffffff 0 0 0 0 0 0 0 0\n',
  [
    { ...NOTHING, cpu: '0', processed: 1, collisions: 9 },
    { ...NOTHING, cpu: '1', processed: 4294967295 },
  ],
);
const ZEROS = '00000000 00000000 00000000 00000000 00000000';
parses('eleven columns', `00000001 00000000 00000000 ${ZEROS} 00000000 0000000a 0000000b\n`, [
  { ...NOTHING, cpu: '0', processed: 1, receivedRps: 10, flowLimited: 11 },
]);
parses(
  'lines of other texts, which are not counted as CPUs',
  `odd\n00000001 0 0 0 0 0 0 0 0\n1 2\n\n00000002 0 0 0 0 0 0 0 0\n`,
  [
    { ...NOTHING, cpu: '0', processed: 1 },
    { ...NOTHING, cpu: '1', processed: 2 },
  ],
);
parses('a word for a number that no metric needs', `00000001 0 0 ${ZEROS.replace('0', 'x')} 00000000\n`, [
  { ...NOTHING, cpu: '0', processed: 1 },
]);
rejects('a file without hexadecimal numbers', '1 2 3\n', 'expected hexadecimal numbers in "1 2 3\\n"');
reports(
  'a missing column, a word for a number and a number of more than 32 bits',
  `00000001 2\n00000002 x 100000000 ${ZEROS} 00000005\n`,
  [{ ...NOTHING, cpu: '1', processed: 2, dropped: undefined, squeezed: undefined, collisions: 5 }],
  [
    'unexpected line "00000001 2"',
    `expected a hexadecimal number, got "x" in "00000002 x 100000000 ${ZEROS} 00000005"`,
    `expected 8 digits, got "100000000" in "00000002 x 100000000 ${ZEROS} 00000005"`,
  ],
);
const NO_CPU = `00000002 ${ZEROS} ${ZEROS} 00000000 x`;
reports(
  'a CPU whose number is malformed, and returns nothing of it',
  `${NO_CPU}\n`,
  [],
  [`expected a hexadecimal number, got "x" in ${quote(NO_CPU)}`, `unexpected line ${quote(NO_CPU)}`],
);
survives(NOW);
