import { parseDrbd } from '../../src/parse/drbd.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseDrbd', parseDrbd);

const TEXT = `version: 8.4.11 (api:1/proto:86-101)
srcversion: F937DCB2E5D83C6CCE4A6C9
 0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
    ns:10 nr:0 oos:4096
\t[>....................] sync'ed:  0.1% (4/8)M
\tfinish: 0:20:58 speed: 4 (4) K/sec
 1: cs:Unconfigured
`;

parses('states and counters of devices', TEXT, [
  {
    device: 'drbd0',
    states: new Map([
      ...([
        ['cs', 'SyncSource'],
        ['ro', 'Primary/Secondary'],
        ['ds', 'UpToDate/Inconsistent'],
      ] as const),
      ...([
        ["sync'ed", ''],
        ['finish', ''],
        ['speed', ''],
      ] as const),
    ]),
    counts: new Map([
      ...([
        ['ns', 10],
        ['nr', 0],
        ['oos', 4096],
      ] as const),
    ]),
  },
  { device: 'drbd1', states: new Map([['cs', 'Unconfigured']]), counts: new Map() },
]);
parses('the file of DRBD 9, which contains no devices', 'version: 9.1.4 (api:2/proto:86-121)\n', []);
rejects('a word for a counter', ' 0: cs:Connected\n ns:x\n', 'expected a number, got "x"');
survives(TEXT);
