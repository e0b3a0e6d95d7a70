import { parseSockstat } from '../../src/parse/sockstat.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseSockstat', parseSockstat);

accepts(
  'what the kernel prints',
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
accepts('an empty file', '', []);
refuses('a name without a number', 'TCP: inuse\n', 'unexpected line "TCP: inuse"');
refuses('a line without a protocol', 'inuse 1\n', 'unexpected line "inuse 1"');
refuses('a protocol alone', 'TCP:\n', 'unexpected line "TCP:"');
refuses('a number that is none', 'TCP: inuse many\n', 'expected a number, got "many"');
survives('sockets: used 290\nTCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2\n');
