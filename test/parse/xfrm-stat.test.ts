import { parseXfrmStat } from '../../src/parse/xfrm-stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseXfrmStat', (text, report) =>
  parseXfrmStat(text, new Set(['XfrmInError', 'XfrmOutNoQueueSpace']), report),
);

parses(
  'one counter per line',
  'XfrmInError             \t3\nXfrmOutNoQueueSpace     \t18446744073709551615\n',
  new Map([
    ['XfrmInError', 3],
    ['XfrmOutNoQueueSpace', 2 ** 64],
  ]),
);
parses('a line of an unwanted counter', 'odd\nXfrmNew x\nXfrmInError 3\n', new Map([['XfrmInError', 3]]));
rejects('an empty file', '', 'expected a line such as "XfrmInError 3" in ""');
reports(
  'a name without a number and a negative number',
  'XfrmInError\nXfrmOutNoQueueSpace -1\n',
  new Map([
    ['XfrmInError', undefined],
    ['XfrmOutNoQueueSpace', undefined],
  ]),
  ['expected a number, got "" in "XfrmInError"', 'expected an unsigned number, got "-1" in "XfrmOutNoQueueSpace -1"'],
);
survives('XfrmInError             \t3\n');
