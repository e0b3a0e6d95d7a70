import { parseIpVs, parseIpVsStats } from '../../src/parse/ip-vs.ts';
import { describeParser } from '../support/describe-parser.ts';

const table = describeParser('parseIpVs', parseIpVs);

const HEADINGS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;
const SERVER = '  -> 0A00000B:1F90      Masq    100    12         3         \n';

table.parses(
  'services of all kinds',
  `${HEADINGS}TCP  0A000001:0050 wlc persistent 300 FFFFFFFF
${SERVER}SCTP [2001:0DB8:0000:0000:0000:0000:0000:0001]:0050 rr
  -> [2001:0DB8:0000:0000:0000:0000:0000:000B]:1F90      Route   1      0          7
FWM  00000007 wrr
  -> 0A00000C:0000      Tunnel  0      1          2
`,
  [
    {
      protocol: 'TCP',
      localAddress: '10.0.0.1',
      localPort: 80,
      localMark: '',
      remoteAddress: '10.0.0.11',
      remotePort: 8080,
      weight: 100,
      activeConnections: 12,
      inactiveConnections: 3,
    },
    {
      protocol: 'SCTP',
      localAddress: '2001:db8::1',
      localPort: 80,
      localMark: '',
      remoteAddress: '2001:db8::b',
      remotePort: 8080,
      weight: 1,
      activeConnections: 0,
      inactiveConnections: 7,
    },
    {
      protocol: 'FWM',
      localAddress: '',
      localPort: 0,
      localMark: '00000007',
      remoteAddress: '10.0.0.12',
      remotePort: 0,
      weight: 0,
      activeConnections: 1,
      inactiveConnections: 2,
    },
  ],
);
table.parses('a service without servers', `${HEADINGS}UDP  0A000001:0035 rr \n`, []);
table.parses('a table without services', HEADINGS, []);
table.parses('a server without a service', HEADINGS + SERVER, []);
table.reports(
  'a service without a port, with its servers, and an odd line',
  `${HEADINGS}TCP  0A000001 wlc\n${SERVER}odd line\nFWM  00000007 wlc\n${SERVER}`,
  [
    {
      protocol: 'FWM',
      localAddress: '',
      localPort: 0,
      localMark: '00000007',
      remoteAddress: '10.0.0.11',
      remotePort: 8080,
      weight: 100,
      activeConnections: 12,
      inactiveConnections: 3,
    },
  ],
  ['expected an address and a port, got "0A000001" in "TCP  0A000001 wlc"', 'unexpected line "odd line"'],
);
table.rejects(
  'a truncated server',
  `${HEADINGS}TCP  0A000001:0050 wlc\n  -> 0A00000B:1F90 Masq\n`,
  'unexpected line "  -> 0A00000B:1F90 Masq"',
);
table.rejects('a service without an address', `${HEADINGS}TCP\n`, 'unexpected line "TCP"');
table.rejects(
  'an address without a port',
  `${HEADINGS}TCP  0A000001 wlc\n`,
  'expected an address and a port, got "0A000001" in "TCP  0A000001 wlc"',
);
table.rejects(
  'a truncated address',
  `${HEADINGS}TCP  0A0001:0050 wlc\n`,
  'expected an IPv4 address, got "0A0001" in "TCP  0A0001:0050 wlc"',
);
table.survives(`${HEADINGS}TCP  0A000001:0050 wlc\n${SERVER}`);

const stats = describeParser('parseIpVsStats', parseIpVsStats);

const STATS_HEADINGS = `   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
`;

stats.parses(
  'totals and ignores rates',
  `${STATS_HEADINGS}    1C3B   1FA2D1        A FFFFFFFFFFFFFFFF               1F

 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
       4    1FB3C        0          1282A8F                0
`,
  {
    connections: 7227,
    incomingPackets: 2073297,
    outgoingPackets: 10,
    incomingBytes: 2 ** 64,
    outgoingBytes: 31,
  },
);
stats.rejects('an empty file', '', 'expected five numbers in ""');
stats.rejects(
  'a missing total',
  '   Conns  Packets\n 1 2 3\n',
  'expected five numbers in "   Conns  Packets\\n 1 2 3\\n"',
);
stats.rejects(
  'a word for a total',
  `${STATS_HEADINGS} 1 2 3 x 5\n`,
  'expected a hexadecimal number, got "x" in " 1 2 3 x 5"',
);
stats.survives(`${STATS_HEADINGS}    1C3B   1FA2D1        A         9C41E702               1F\n`);

table.parses(
  'counts below 0',
  `${HEADINGS}TCP  0A000001:0050 wlc\n  -> 0A00000B:1F90      Masq    100    -1         -2\n`,
  [
    {
      ...{ protocol: 'TCP', localAddress: '10.0.0.1', localPort: 80, localMark: '' },
      ...{ remoteAddress: '10.0.0.11', remotePort: 8080, weight: 100 },
      ...{ activeConnections: -1, inactiveConnections: -2 },
    },
  ],
);
