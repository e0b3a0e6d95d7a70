import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFullIpv6, parseHexIpv4, scopeOf } from '../../src/parse/ip-address.ts';
import { describeParser } from '../support/describe-parser.ts';

const ipv4 = describeParser('parseHexIpv4', parseHexIpv4);

ipv4.parses('eight digits', 'C0A80016', '192.168.0.22');
ipv4.rejects('fewer than eight digits', 'C0A800', 'expected an IPv4 address, got "C0A800"');
ipv4.rejects('a character that is not hexadecimal', 'C0A8001G', 'expected an IPv4 address, got "C0A8001G"');
ipv4.survives('C0A80016');

const ipv6 = describeParser('parseFullIpv6', parseFullIpv6);

ipv6.parses('zeros in the middle', '2001:0db8:0000:0000:0000:0000:00ff:0001', '2001:db8::ff:1');
ipv6.parses('zeros at the start', '0000:0000:0000:0000:0000:0000:0000:0001', '::1');
ipv6.parses('zeros at the end', 'FE80:0000:0000:0000:0000:0000:0000:0000', 'fe80::');
ipv6.parses('only zeros', '0000:0000:0000:0000:0000:0000:0000:0000', '::');
ipv6.parses(
  'two equal runs of zeros and shortens the first',
  '2001:0000:0000:0001:0000:0000:0001:0001',
  '2001::1:0:0:1:1',
);
ipv6.parses('a single zero without shortening it', '2001:0000:0001:0001:0001:0001:0001:0001', '2001:0:1:1:1:1:1:1');
ipv6.parses('an address without zeros', '2001:0db8:0001:0002:0003:0004:0005:0006', '2001:db8:1:2:3:4:5:6');
ipv6.rejects('a shortened address', '2001:db8::1', 'expected an IPv6 address, got "2001:db8::1"');
ipv6.survives('2001:0db8:0000:0000:0000:0000:00ff:0001');

const SCOPES = {
  '127.0.0.1': 'link-local',
  '169.254.7.7': 'link-local',
  '::1': 'link-local',
  'fe80::fc:ff:fe00:1': 'link-local',
  '192.0.2.2': 'global',
  '10.1.2.3': 'global',
  'fd00::2': 'global',
  '2001:db8::1': 'global',
  '0.0.0.0': '',
  '::': '',
} as const;

test('scopeOf() returns the scope of an address', () => {
  assert.deepEqual(Object.fromEntries(Object.keys(SCOPES).map((address) => [address, scopeOf(address)])), SCOPES);
});
