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

/** Returns the family of a field with its protocol, such as `TcpExt_ListenDrops`. */
const familyOf = familiesByName((name) => {
  const underscore = name.indexOf('_');
  const [protocol, field] = [name.slice(0, underscore), name.slice(underscore + 1)];
  return gauge(`node_netstat_${name}`, `Kernel statistic ${field} of the network protocol ${protocol}.`);
});

/** https://docs.kernel.org/networking/snmp_counter.html */
export const netstat = defineCollector({
  name: 'netstat',
  help: 'Statistics of network protocols from /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6',
  flags: { fields: pattern('Fields to include, written as Protocol_Field.', FIELDS) },
  create({ fields }) {
    // The kernel prints the same names in every pass, so each name is matched only once.
    const isIncluded = memoize((name) => fields?.test(name) ?? true);
    const namesOf = memoize((line) => parseNetstatNames(line, isIncluded));
    const parse = (text: string) => parseNetstat(text, namesOf);
    return {
      families: [],
      dynamicFamilies: [familyOf('<Protocol>_<Field>')],
      collect({ proc }, emit) {
        const files = [
          proc.read('net/netstat', parse),
          proc.read('net/snmp', parse),
          // The file does not exist on a kernel without IPv6.
          proc.readIfPresent('net/snmp6', (text) => parseSnmp6(text, isIncluded)) ?? [],
        ];
        for (const values of files) {
          for (const [name, value] of values) emit(familyOf(name), value);
        }
      },
    };
  },
});
