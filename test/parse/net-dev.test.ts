import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNetDev, toInterfaceTraffic } from '../../src/parse/net-dev.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseNetDev', (text, report) =>
  parseNetDev(text, (device) => device !== 'unwanted', report),
);

const HEADINGS = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

parses(
  'two interfaces',
  `${HEADINGS}    lo: 130837729   54223    0    0    0     0          0         0 130837729   54223    0    0    0     0       0          0
  eth0: 1       2       3       4    5     6          7         8        9       10    11    12    13     14       15          16
`,
  [
    { device: 'lo', counts: [130837729, 54223, 0, 0, 0, 0, 0, 0, 130837729, 54223, 0, 0, 0, 0, 0, 0] },
    { device: 'eth0', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] },
  ],
);
parses(
  'a number that touches the colon and a number above 2^53',
  `${HEADINGS}enp3s0f1np1:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`,
  [{ device: 'enp3s0f1np1', counts: [2 ** 64, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }],
);
parses(
  'a name that contains a colon and ignores an unknown column',
  `${HEADINGS}br-a"\\é:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n`,
  [{ device: 'br-a"\\é:1', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }],
);
rejects('an empty file', '\n', 'expected headings, got ""');
parses('a file without interfaces', HEADINGS, []);
rejects('a truncated line', `${HEADINGS}  eth0: 1 2 3\n`, 'unexpected line "  eth0: 1 2 3"');
parses(
  'a file with lines of no wanted interface',
  `${HEADINGS} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\nunwanted: x\neth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`,
  [{ device: 'eth0', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }],
);
parses('headings after another line', `odd\n${HEADINGS}eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`, [
  { device: 'eth0', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] },
]);
reports(
  'a word for a number and a truncated line',
  `${HEADINGS}eth0: 1 2 x 4 5 6 7 8 9 10 11 12 13 14 15 16\neth1: 1\n: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`,
  [{ device: 'eth0', counts: [1, 2, undefined, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }],
  [
    'expected an unsigned integer, got "x" in "eth0: 1 2 x 4 5 6 7 8 9 10 11 12 13 14 15 16"',
    'unexpected line "eth1: 1"',
    'unexpected line ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"',
  ],
);
survives(`${HEADINGS}  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`);

test('toInterfaceTraffic() names the counters of both directions', () => {
  const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
  assert.deepEqual(toInterfaceTraffic({ device: 'eth0', counts }), {
    name: 'eth0',
    received: { bytes: 1, packets: 2, errors: 3, dropped: 4 },
    transmitted: { bytes: 9, packets: 10, errors: 11, dropped: 12 },
  });
});
