import { parseNetStatTable } from '../../src/parse/net-stat-table.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseNetStatTable', parseNetStatTable);

parses('a row per CPU', 'entries  allocs   destroys\n00000003 0000001f 0000001c\n00000003 00000002 ffffffff\n', {
  names: ['entries', 'allocs', 'destroys'],
  rows: [
    [3, 31, 28],
    [3, 2, 4294967295],
  ],
});
parses('names that tabs separate', 'entries\t\tsyn_received\n00000000\t0000000a\n', {
  names: ['entries', 'syn_received'],
  rows: [[0, 10]],
});
rejects('an empty file', '', 'expected names in ""');
rejects('a truncated row', 'entries allocs\n00000003\n', 'expected 2 numbers in "00000003"');
rejects('a number that is not hexadecimal', 'entries\n0000000g\n', 'expected 1 numbers in "0000000g"');
survives('entries  allocs   destroys\n00000003 0000001f 0000001c\n');
