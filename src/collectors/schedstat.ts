import { defineCollector } from '../collection/collector.ts';
import { counter } from '../metrics/metric.ts';
import { parseSchedstat } from '../parse/schedstat.ts';
import { skipUndefined } from './support/emit-defined.ts';

const running = counter('node_schedstat_running_seconds_total', 'Time that the CPU spent running tasks, in seconds.', [
  'cpu',
]);
const waiting = counter(
  'node_schedstat_waiting_seconds_total',
  'Time that tasks spent waiting for the CPU, in seconds.',
  ['cpu'],
);
const timeslices = counter('node_schedstat_timeslices_total', 'Time slices in which the CPU ran tasks.', ['cpu']);

const NANOSECONDS = 1e9;

/** https://docs.kernel.org/scheduler/sched-stats.html */
export const schedstat = defineCollector({
  name: 'schedstat',
  help: 'Time that tasks spent running on and waiting for each CPU from /proc/schedstat',
  create: () => ({
    families: [running, waiting, timeslices],
    collect(host, emit) {
      const emitDefined = skipUndefined(emit);
      for (const stat of host.proc.read('schedstat', parseSchedstat)) {
        const labels = { cpu: stat.cpu };
        emitDefined(running, toSeconds(stat.runningNanoseconds), labels);
        emitDefined(waiting, toSeconds(stat.waitingNanoseconds), labels);
        emitDefined(timeslices, stat.timeslices, labels);
      }
    },
  }),
});

function toSeconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : nanoseconds / NANOSECONDS;
}
