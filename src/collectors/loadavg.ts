import { attempt, defineCollector } from '../collection/collector.ts';
import { gauge, observableGauge, semconv } from '../metrics/metric.ts';
import { parseLoadavg } from '../parse/loadavg.ts';

const load = observableGauge(
  'node_load',
  'Load average of the host over the time span that the label duration contains.',
  ['hostname', 'duration'],
);

/** The semantic conventions define no load averages. These names are those of the Collector's hostmetrics receiver. */
const AVERAGES = [
  {
    key: 'load1',
    duration: '1m',
    family: gauge('node_load1', 'Load average of the host over 1 minute.'),
    systemFamily: semconv.gauge('system.cpu.load_average.1m', '{thread}', 'Load average of the host over 1 minute.'),
  },
  {
    key: 'load5',
    duration: '5m',
    family: gauge('node_load5', 'Load average of the host over 5 minutes.'),
    systemFamily: semconv.gauge('system.cpu.load_average.5m', '{thread}', 'Load average of the host over 5 minutes.'),
  },
  {
    key: 'load15',
    duration: '15m',
    family: gauge('node_load15', 'Load average of the host over 15 minutes.'),
    systemFamily: semconv.gauge('system.cpu.load_average.15m', '{thread}', 'Load average of the host over 15 minutes.'),
  },
] as const;

/** https://man7.org/linux/man-pages/man5/proc_loadavg.5.html */
export const loadavg = defineCollector({
  name: 'loadavg',
  help: 'Load averages from /proc/loadavg',
  create: () => ({
    families: [load, ...AVERAGES.map(({ family }) => family), ...AVERAGES.map(({ systemFamily }) => systemFamily)],
    async collect(host, emit) {
      const averages = host.proc.read('loadavg', parseLoadavg);
      for (const { key, family, systemFamily } of AVERAGES) {
        const average = averages[key];
        if (average === undefined) continue;
        emit(family, average);
        emit(systemFamily, average);
      }
      if (emit.convention === 'semconv') return;
      // Without a hostname, omit only the family node_load.
      const hostname = await attempt(host, () => host.hostname());
      if (hostname === undefined) return;
      for (const { key, duration } of AVERAGES) {
        const average = averages[key];
        if (average !== undefined) emit(load, average, { hostname, duration });
      }
    },
  }),
});
