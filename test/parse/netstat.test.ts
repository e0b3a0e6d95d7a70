import { parseNetstat, parseNetstatNames, parseSnmp6 } from '../../src/parse/netstat.ts';
import { memoize } from '../../src/util/memoize.ts';
import { describeParser } from '../support/describe-parser.ts';

const pairs = describeParser('parseNetstat', (text, report) =>
  parseNetstat(text, (line) => parseNetstatNames(line, () => true), report),
);

pairs.parses(
  'fields of two protocols',
  'Tcp: RtoMin MaxConn InSegs\nTcp: 200 -1 18446744073709551615\nUdpLite: InErrors\nUdpLite: 0\n',
  new Map([
    ['Tcp_RtoMin', 200],
    ['Tcp_MaxConn', -1],
    ['Tcp_InSegs', 2 ** 64],
    ['UdpLite_InErrors', 0],
  ]),
);
pairs.parses('a protocol without fields', 'MPTcpExt:\nMPTcpExt:\n', new Map());
pairs.rejects('an empty file', '', 'expected names and values, got ""');
pairs.parses('a file with empty lines', 'Tcp: A\n\nTcp: 1\n\n', new Map([['Tcp_A', 1]]));
pairs.rejects('fewer values than names', 'Tcp: A B\nTcp: 1\n', 'expected 2 numbers in "Tcp: 1"');
pairs.parses('names without values', 'TcpExt: A B\nTcp: A\nTcp: 1\n', new Map([['Tcp_A', 1]]));
pairs.parses('a line of another protocol before the values', 'Tcp: A\nodd: x\nTcp: 1\n', new Map([['Tcp_A', 1]]));
pairs.parses('a line without a protocol', '1 2\nTcp: A\n1 2\nTcp: 1\n', new Map([['Tcp_A', 1]]));
pairs.reports(
  'values without names',
  'Udp: 1\nTcp: 1 2\nTcp: A B\nTcp: 3 4\n',
  new Map([
    ['Tcp_A', 3],
    ['Tcp_B', 4],
  ]),
  ['expected names, got "Udp: 1"', 'expected names, got "Tcp: 1 2"'],
);
pairs.reports(
  'a word for a number',
  'Tcp: A B C\nTcp: 1 x 3\n',
  new Map([
    ['Tcp_A', 1],
    ['Tcp_C', 3],
  ]),
  ['expected a number, got "x" in "Tcp: 1 x 3"'],
);
pairs.reports(
  'names that follow names, and uses the last ones',
  'Tcp: A B\nTcp: B A\nTcp: 1 2\n',
  new Map([
    ['Tcp_B', 1],
    ['Tcp_A', 2],
  ]),
  ['expected values, got "Tcp: B A"'],
);
pairs.reports(
  'a line with too few values, and uses the next line',
  'Tcp: A B\nTcp: 7\nTcp: 1 2\n',
  new Map([
    ['Tcp_A', 1],
    ['Tcp_B', 2],
  ]),
  ['expected 2 numbers in "Tcp: 7"'],
);
pairs.survives('Tcp: RtoMin MaxConn\nTcp: 200 -1\n');

const few = describeParser(
  'parseNetstat() with memoized names',
  (() => {
    const namesOf = memoize((line) => parseNetstatNames(line, (field) => field === 'Tcp_B'));
    return (text: string) => parseNetstat(text, namesOf);
  })(),
);

few.parses('only wanted fields', 'Tcp: A B\nTcp: x 2\n', new Map([['Tcp_B', 2]]));
few.parses('a second text with the same names', 'Tcp: A B\nTcp: 3 4\n', new Map([['Tcp_B', 4]]));
few.parses('a text whose name starts with a memoized name', 'Tcp: A BC\nTcp: 3 4\n', new Map());
few.parses('the same names in another order', 'Tcp: B A\nTcp: 5 6\n', new Map([['Tcp_B', 5]]));

const snmp6 = describeParser('parseSnmp6', (text, report) =>
  parseSnmp6(text, (field) => field !== 'Ip6_OutRequests', report),
);

snmp6.parses(
  'one field per line',
  'Ip6InReceives                   \t4012\nIcmp6OutType133                 \t8\nUdpLite6InErrors                \t0\n',
  new Map([
    ['Ip6_InReceives', 4012],
    ['Icmp6_OutType133', 8],
    ['UdpLite6_InErrors', 0],
  ]),
);
snmp6.parses(
  'a file with a field without a protocol and skips the field',
  'ifIndex 3\nIp6InOctets 460\n',
  new Map([['Ip6_InOctets', 460]]),
);
snmp6.parses(
  'a file with an unwanted field and an unknown column',
  'Ip6OutRequests x\nIp6InOctets 460 7\n',
  new Map([['Ip6_InOctets', 460]]),
);
snmp6.rejects('a field without a number', 'Ip6InReceives\n', 'unexpected line "Ip6InReceives"');
snmp6.reports('a word for a number', 'Ip6InReceives 0x1\nIp6InOctets 4\n', new Map([['Ip6_InOctets', 4]]), [
  'expected a number, got "0x1" in "Ip6InReceives 0x1"',
]);
snmp6.survives('Ip6InReceives                   \t4012\n');

pairs.rejects('another format', '<p>404</p>\n', 'expected names and values, got "<p>404</p>\\n"');
