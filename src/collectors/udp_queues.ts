import { defineCollector } from '../collection/collector.ts';
import { AbsentError } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseNetSockets } from '../parse/net-sockets.ts';

const queues = gauge(
  'node_udp_queues',
  'Bytes in the queues of all UDP sockets, by queue (rx for receive, tx for transmit) and IP version.',
  ['queue', 'ip'],
);

/** https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export const udpQueues = defineCollector({
  name: 'udp_queues',
  help: 'Bytes in the queues of UDP sockets from /proc/net/udp and /proc/net/udp6',
  create: () => ({
    families: [queues],
    collect({ proc }, emit) {
      const sockets = {
        v4: proc.readIfPresent('net/udp', parseNetSockets),
        v6: proc.readIfPresent('net/udp6', parseNetSockets),
      };
      for (const [ip, sums] of Object.entries(sockets)) {
        if (sums === undefined) continue;
        emit(queues, sums.txQueue, { queue: 'tx', ip });
        emit(queues, sums.rxQueue, { queue: 'rx', ip });
      }
      if (sockets.v4 === undefined && sockets.v6 === undefined) {
        throw new AbsentError(`Cannot find ${proc.path('net/udp')} or udp6`);
      }
    },
  }),
});
