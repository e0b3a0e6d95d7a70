import { parseXfrmStat } from '../../src/parse/xfrm-stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseXfrmStat', parseXfrmStat);

parses(
  'one counter per line',
  'XfrmInError             \t3\nXfrmOutNoQueueSpace     \t18446744073709551615\n',
  new Map([
    ['XfrmInError', 3],
    ['XfrmOutNoQueueSpace', 2 ** 64],
  ]),
);
parses('an empty file', '', new Map());
rejects('a name without a number', 'XfrmInError\n', 'unexpected line "XfrmInError"');
rejects('a negative number', 'XfrmInError -1\n', 'expected an unsigned number, got "-1" in "XfrmInError -1"');
survives('XfrmInError             \t3\n');
