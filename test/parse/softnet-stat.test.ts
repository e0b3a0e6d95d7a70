import { parseSoftnetStat } from '../../src/parse/softnet-stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseSoftnetStat', parseSoftnetStat);

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
parses('eleven columns', '1 0 0 0 0 0 0 0 0 a b\n', [
  { ...NOTHING, cpu: '0', processed: 1, receivedRps: 10, flowLimited: 11 },
]);
rejects('a missing column', '1 2 3 4 5 6 7 8\n', 'unexpected line "1 2 3 4 5 6 7 8"');
rejects('a number of more than 32 bits', '100000000 2 3 4 5 6 7 8 9\n', 'unexpected line "100000000 2 3 4 5 6 7 8 9"');
rejects('a word for a number', '1 2 3 4 5 6 7 8 x\n', 'unexpected line "1 2 3 4 5 6 7 8 x"');
survives(NOW);
