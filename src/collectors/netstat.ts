import { attemptAll, defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import type { Parse } from '../host/host.ts';
import { familiesByName, gauge } from '../metrics/metric.ts';
import { type NetstatFields, parseNetstat, parseNetstatNames, parseSnmp6 } from '../parse/netstat.ts';
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
    const parsePairs: Parse<NetstatFields> = (text, report) => parseNetstat(text, namesOf, report);
    const parseFields: Parse<NetstatFields> = (text, report) => parseSnmp6(text, isIncluded, report);
    return {
      families: [],
      dynamicFamilies: [familyOf('<Protocol>_<Field>')],
      collect(host, emit) {
        const emitFile = (path: string, parse: Parse<NetstatFields>) => () => {
          for (const [name, value] of host.proc.read(path, parse)) emit(familyOf(name), value);
        };
        // A sandbox may lack some of the files, and a kernel without IPv6 lacks the last file.
        return attemptAll(host, [
          emitFile('net/netstat', parsePairs),
          emitFile('net/snmp', parsePairs),
          emitFile('net/snmp6', parseFields),
        ]);
      },
    };
  },
});
