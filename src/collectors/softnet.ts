import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseSoftnetStat } from '../parse/softnet-stat.ts';

const LABELS = ['cpu'] as const;
const processed = counter('node_softnet_processed_total', 'Packets that a CPU processed.', LABELS);
const dropped = counter('node_softnet_dropped_total', 'Packets dropped because the backlog was full.', LABELS);
const squeezed = counter('node_softnet_times_squeezed_total', 'How often work was left when time was up.', LABELS);
const collisions = counter('node_softnet_cpu_collision_total', 'Collisions at the lock of a sending device.', LABELS);
const receivedRps = counter(
  'node_softnet_received_rps_total',
  'How often another CPU woke this one to receive.',
  LABELS,
);
const flowLimited = counter('node_softnet_flow_limit_count_total', 'How often the flow limit was reached.', LABELS);
const backlog = gauge('node_softnet_backlog_len', 'Packets in the backlog of a CPU.', LABELS);

export const softnet = defineCollector({
  name: 'softnet',
  help: 'Packets that each CPU processed from /proc/net/softnet_stat',
  create: () => ({
    families: [processed, dropped, squeezed, collisions, receivedRps, flowLimited, backlog],
    collect(host, emit) {
      for (const stat of host.proc.read('net/softnet_stat', parseSoftnetStat)) {
        const labels = { cpu: stat.cpu };
        emit(processed, stat.processed, labels);
        emit(dropped, stat.dropped, labels);
        emit(squeezed, stat.squeezed, labels);
        emit(collisions, stat.collisions, labels);
        emit(receivedRps, stat.receivedRps, labels);
        emit(flowLimited, stat.flowLimited, labels);
        emit(backlog, stat.backlog, labels);
      }
    },
  }),
});
