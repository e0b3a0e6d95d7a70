import { parseSockstat } from '../../src/parse/sockstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSockstat', parseSockstat);

parses(
  'counts of several protocols',
  'sockets: used 290\nTCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2\nFRAG: inuse 0 memory 0\n',
  [
    { protocol: 'sockets', counts: new Map([['used', 290]]) },
    {
      protocol: 'TCP',
      counts: new Map([
        ['inuse', 6],
        ['orphan', 0],
        ['tw', 12],
        ['alloc', 9],
        ['mem', 2],
      ]),
    },
    {
      protocol: 'FRAG',
      counts: new Map([
        ['inuse', 0],
        ['memory', 0],
      ]),
    },
  ],
);
parses('lines without a protocol', 'odd\n7: inuse 1\nTCP: inuse 6\n', [
  { protocol: 'TCP', counts: new Map([['inuse', 6]]) },
]);
rejects('an empty file', '', 'expected a line such as "sockets: used 290" in ""');
rejects('a line without a protocol', 'inuse 1\n', 'expected a line such as "sockets: used 290" in "inuse 1\\n"');
reports(
  'names without a number and a protocol without counts',
  'sockets: used 3\nUDP:\nTCP: inuse many tw 5 mem\n',
  [
    { protocol: 'sockets', counts: new Map([['used', 3]]) },
    { protocol: 'TCP', counts: new Map([['tw', 5]]) },
  ],
  [
    'unexpected line "UDP:"',
    'expected a number, got "many" in "TCP: inuse many tw 5 mem"',
    'expected a number, got "" in "TCP: inuse many tw 5 mem"',
  ],
);
survives('sockets: used 290\nTCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2\n');
