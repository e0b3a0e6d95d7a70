import { defineCollector } from '../collection/collector.ts';
import { familiesByName, gauge } from '../metrics/metric.ts';
import { parseSockstat, type SockstatLine } from '../parse/sockstat.ts';

const used = gauge('node_sockstat_sockets_used', 'Sockets of all protocols that are in use.');

/** The counts that are emitted, in this order. `mem` is a number of memory pages. */
const COUNTS = ['inuse', 'orphan', 'tw', 'alloc', 'mem', 'memory'] as const;

/** Returns the family of a count with its protocol, such as `TCP_inuse`. */
const familyOf = familiesByName((name) => {
  const underscore = name.indexOf('_');
  return gauge(`node_sockstat_${name}`, helpOf(name.slice(0, underscore), name.slice(underscore + 1)));
});

function helpOf(protocol: string, count: string): string {
  // FRAG and FRAG6 count queues. A queue holds the fragments of one IP packet until the packet is complete.
  const subject = protocol.startsWith('FRAG') ? `IP fragment queues (${protocol})` : `${protocol} sockets`;
  switch (count) {
    case 'inuse':
      return `${subject} in use.`;
    case 'orphan':
      return `${subject} that no process has open.`;
    case 'tw':
      return `${subject} in the state TIME_WAIT.`;
    case 'alloc':
      return `${subject} that are allocated.`;
    case 'mem':
      return `Memory used by ${subject}, in pages.`;
    case 'mem_bytes':
    case 'memory':
      return `Memory used by ${subject}, in bytes.`;
    default:
      return `${subject}, counted as ${count} in /proc/net/sockstat.`;
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export const sockstat = defineCollector({
  name: 'sockstat',
  help: 'Sockets in use and their memory from /proc/net/sockstat and /proc/net/sockstat6',
  create: () => ({
    families: [used],
    dynamicFamilies: [familyOf('<protocol>_<count>'), familyOf('<protocol>_mem_bytes')],
    collect({ proc, pageSize }, emit) {
      // A kernel without IPv4 or without IPv6 lacks the file of that protocol. A file that cannot be read is reported.
      const lines = proc.readIfPresent('net/sockstat', parseSockstat) ?? [];
      const lines6 = proc.readIfPresent('net/sockstat6', parseSockstat) ?? [];
      const total = lines.find(({ protocol }) => protocol === 'sockets')?.counts.get('used');
      if (total !== undefined) emit(used, total);
      for (const { protocol, counts } of [...lines, ...lines6].filter(isProtocol)) {
        for (const name of COUNTS) {
          const value = counts.get(name);
          if (value === undefined) continue;
          emit(familyOf(`${protocol}_${name}`), value);
          if (name === 'mem' && pageSize !== undefined) emit(familyOf(`${protocol}_mem_bytes`), value * pageSize);
        }
      }
    },
  }),
});

function isProtocol({ protocol }: SockstatLine): boolean {
  return protocol !== 'sockets';
}
