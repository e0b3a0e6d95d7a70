import { defineCollector } from '../collection/collector.ts';
import { counter } from '../metrics/metric.ts';
import { parseSoftirqs } from '../parse/softirqs.ts';

const total = counter(
  'node_softirqs_functions_total',
  'Softirqs (deferred interrupt work) serviced by the CPU, by type.',
  ['cpu', 'type'],
);

/** The types that node_exporter emits. Since Linux 4.5 these are all types of the kernel. */
const TYPES = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];
const WANTED: ReadonlySet<string> = new Set(TYPES);

/** https://man7.org/linux/man-pages/man5/proc_softirqs.5.html */
export const softirqs = defineCollector({
  name: 'softirqs',
  help: 'Softirqs of each CPU by type from /proc/softirqs',
  enabled: false,
  create: () => ({
    families: [total],
    collect(host, emit) {
      const { cpus, counts } = host.proc.read('softirqs', (text, report) => parseSoftirqs(text, WANTED, report));
      for (const type of TYPES) {
        for (const [column, count] of (counts.get(type) ?? []).entries()) {
          if (count !== undefined) emit(total, count, { cpu: cpus[column], type });
        }
      }
    },
  }),
});
