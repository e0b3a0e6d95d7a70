import { parseDrbd } from '../../src/parse/drbd.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseDrbd', parseDrbd);

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
      ['cs', 'SyncSource'],
      ['ro', 'Primary/Secondary'],
      ['ds', 'UpToDate/Inconsistent'],
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
parses('a count of requests below zero', ' 0: cs:Connected\n    lo:-2\n', [
  { device: 'drbd0', states: new Map([['cs', 'Connected']]), counts: new Map([['lo', -2]]) },
]);
rejects('a word for a counter', ' 0: cs:Connected\n ns:x\n', 'expected a number, got "x" in " ns:x"');
reports(
  'a malformed counter and a device without a number, and returns everything else',
  ' 0: cs:Connected\n ns:x nr:3\n ?: cs:Timeout ro:Primary/Unknown\n nr:4\n 2: cs:StandAlone\n',
  [
    { device: 'drbd0', states: new Map([['cs', 'Connected']]), counts: new Map([['nr', 3]]) },
    { device: 'drbd2', states: new Map([['cs', 'StandAlone']]), counts: new Map() },
  ],
  [
    'expected a number, got "x" in " ns:x nr:3"',
    'expected the number of a device, got "?" in " ?: cs:Timeout ro:Primary/Unknown"',
  ],
);
survives(TEXT);
