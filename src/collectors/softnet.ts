import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseSoftnetStat } from '../parse/softnet-stat.ts';
import { skipUndefined } from './support/emit-defined.ts';

const LABELS = ['cpu'] as const;
const processed = counter('node_softnet_processed_total', 'Network packets processed by the CPU.', LABELS);
const dropped = counter(
  'node_softnet_dropped_total',
  'Network packets dropped because the backlog of the CPU was full.',
  LABELS,
);
const squeezed = counter(
  'node_softnet_times_squeezed_total',
  'Times that the CPU stopped processing network packets because its time limit or packet budget was used up.',
  LABELS,
);
const collisions = counter(
  'node_softnet_cpu_collision_total',
  'Times that the CPU found the transmit lock of a network device held by another CPU; always 0 on current kernels.',
  LABELS,
);
const receivedRps = counter(
  'node_softnet_received_rps_total',
  'Times that another CPU woke the CPU to process network packets (receive packet steering).',
  LABELS,
);
const flowLimited = counter(
  'node_softnet_flow_limit_count_total',
  'Network packets dropped because their flow exceeded the flow limit of the CPU.',
  LABELS,
);
const backlog = gauge('node_softnet_backlog_len', 'Network packets in the backlog of the CPU.', LABELS);

/** https://docs.kernel.org/networking/scaling.html */
export const softnet = defineCollector({
  name: 'softnet',
  help: 'Network packets processed by each CPU from /proc/net/softnet_stat',
  create: () => ({
    families: [processed, dropped, squeezed, collisions, receivedRps, flowLimited, backlog],
    collect(host, emit) {
      const emitDefined = skipUndefined(emit);
      for (const stat of host.proc.read('net/softnet_stat', parseSoftnetStat)) {
        const labels = { cpu: stat.cpu };
        emitDefined(processed, stat.processed, labels);
        emitDefined(dropped, stat.dropped, labels);
        emitDefined(squeezed, stat.squeezed, labels);
        emitDefined(collisions, stat.collisions, labels);
        emitDefined(receivedRps, stat.receivedRps, labels);
        emitDefined(flowLimited, stat.flowLimited, labels);
        emitDefined(backlog, stat.backlog, labels);
      }
    },
  }),
});
