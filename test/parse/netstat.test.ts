import { parseNetstat, parseNetstatNames, parseSnmp6 } from '../../src/parse/netstat.ts';
import { memoize } from '../../src/util/memoize.ts';
import { describeParser } from '../support/describe-parser.ts';

const pairs = describeParser('parseNetstat', (text) =>
  parseNetstat(text, (line) => parseNetstatNames(line, () => true)),
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
pairs.parses('an empty file', '', new Map());
pairs.parses('a file with empty lines', 'Tcp: A\n\nTcp: 1\n\n', new Map([['Tcp_A', 1]]));
pairs.rejects('fewer values than names', 'Tcp: A B\nTcp: 1\n', 'expected 2 numbers in "Tcp: 1"');
pairs.rejects('names without values', 'TcpExt: A B\n', 'expected values of "TcpExt:"');
pairs.rejects('values of another protocol', 'Tcp: A\nUdp: 1\n', 'expected values of "Tcp:" in "Udp: 1"');
pairs.rejects('a line without a protocol', '1 2\n1 2\n', 'unexpected line "1 2"');
pairs.rejects('a line of values without names', 'Tcp: 1 2\nTcp: A B\n', 'unexpected line "Tcp: 1 2"');
pairs.rejects('a word for a number', 'Tcp: A\nTcp: x\n', 'expected a number, got "x"');
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

const snmp6 = describeParser('parseSnmp6', (text) => parseSnmp6(text, (field) => field !== 'Ip6_OutRequests'));

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
snmp6.rejects('a word for a number', 'Ip6InReceives 0x1\n', 'expected a number, got "0x1"');
snmp6.survives('Ip6InReceives                   \t4012\n');
