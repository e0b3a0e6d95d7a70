import { parseNetSockets } from '../../src/parse/net-sockets.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseNetSockets', parseNetSockets);

const HEADINGS = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const LISTENING =
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 00000000  1000        0 31337 1 0000000000000000 100 0 0 10 0\n';
const ESTABLISHED =
  '   1: 0100007F:1F90 0100007F:C350 01 00000010:000000FF 01:00000014 00000000  1000        0 31338 2 0000000000000000 20 4 30 10 -1\n';
const IPV6 =
  '12345: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 01 FFFFFFFF:00000000 00:00000000 00000000  1000        0 31339 1 0000000000000000 100 0 0 10 0\n';

parses('TCP sockets', HEADINGS + LISTENING + ESTABLISHED + ESTABLISHED, {
  byState: new Map([
    [10, 1],
    [1, 2],
  ]),
  txQueue: 0x20,
  rxQueue: 5 + 2 * 0xff,
});
parses('IPv6 sockets with full queues', HEADINGS + IPV6 + IPV6, {
  byState: new Map([[1, 2]]),
  txQueue: 2 * 0xffffffff,
  rxQueue: 0,
});
rejects('an empty file', '', 'expected headings, got ""');
parses('a file without sockets', HEADINGS, { byState: new Map(), txQueue: 0, rxQueue: 0 });
rejects(
  'a truncated line',
  `${HEADINGS}   0: 0100007F:1F90 00000000:0000 0A 0000\n`,
  'unexpected line "   0: 0100007F:1F90 00000000:0000 0A 0000"',
);
rejects(
  'a queue that is not hexadecimal',
  `${HEADINGS}   0: 0100007F:1F90 00000000:0000 0A 0000000x:00000000 00\n`,
  'unexpected line "   0: 0100007F:1F90 00000000:0000 0A 0000000x:00000000 00"',
);
survives(HEADINGS + LISTENING + ESTABLISHED);
