import { parseSockstat } from '../../src/parse/sockstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseSockstat', parseSockstat);

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
parses('an empty file', '', []);
rejects('a name without a number', 'TCP: inuse\n', 'unexpected line "TCP: inuse"');
rejects('a line without a protocol', 'inuse 1\n', 'unexpected line "inuse 1"');
rejects('a protocol without counts', 'TCP:\n', 'unexpected line "TCP:"');
rejects('a word for a number', 'TCP: inuse many\n', 'expected a number, got "many"');
survives('sockets: used 290\nTCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2\n');
