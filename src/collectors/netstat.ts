import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { familiesByName, gauge } from '../metrics/metric.ts';
import { parseNetstat, parseNetstatNames, parseSnmp6 } from '../parse/netstat.ts';
import { memoize } from '../util/memoize.ts';

const FIELDS =
  '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)' +
  '|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)' +
  '|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)' +
  '|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$';

const declare = familiesByName((field) => gauge(`node_netstat_${field}`, `Protocol statistic ${field}.`));

/** https://docs.kernel.org/networking/snmp_counter.html */
export const netstat = defineCollector({
  name: 'netstat',
  help: 'Statistics of network protocols from /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6',
  flags: { fields: pattern('Fields of network protocols to emit, as Protocol_Field.', FIELDS) },
  create({ fields }) {
    // The fields are the same in every pass: each is matched once.
    const isWanted = memoize((field) => fields?.test(field) ?? true);
    const namesOf = memoize((line) => parseNetstatNames(line, isWanted));
    const parse = (text: string) => parseNetstat(text, namesOf);
    return {
      families: [],
      dynamicFamilies: [declare('<Protocol>_<Field>')],
      collect({ proc }, emit) {
        for (const values of [
          proc.read('net/netstat', parse),
          proc.read('net/snmp', parse),
          // A kernel without IPv6 has no such file.
          proc.find('net/snmp6', (text) => parseSnmp6(text, isWanted)) ?? [],
        ]) {
          for (const [field, value] of values) emit(declare(field), value);
        }
      },
    };
  },
});
