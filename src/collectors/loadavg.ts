import { defineCollector } from '../collection/collector.ts';
import { optionalAsync } from '../host/host.ts';
import { gauge, observableGauge, semconv } from '../metrics/metric.ts';
import { parseLoadavg } from '../parse/loadavg.ts';

const load = observableGauge('node_load', 'Load average of the host over the duration in the label.', [
  'hostname',
  'duration',
]);
const load1 = gauge('node_load1', 'Load average of the host over 1 minute.');
const load5 = gauge('node_load5', 'Load average of the host over 5 minutes.');
const load15 = gauge('node_load15', 'Load average of the host over 15 minutes.');

/** The semantic conventions define no load averages. These names are those of the Collector's hostmetrics receiver. */
const systemLoad1 = semconv.gauge('system.cpu.load_average.1m', '{thread}', 'Load average of the host over 1 minute.');
const systemLoad5 = semconv.gauge('system.cpu.load_average.5m', '{thread}', 'Load average of the host over 5 minutes.');
const systemLoad15 = semconv.gauge(
  'system.cpu.load_average.15m',
  '{thread}',
  'Load average of the host over 15 minutes.',
);

/** https://man7.org/linux/man-pages/man5/proc_loadavg.5.html */
export const loadavg = defineCollector({
  name: 'loadavg',
  help: 'Load averages from /proc/loadavg',
  create: () => ({
    families: [load, load1, load5, load15, systemLoad1, systemLoad5, systemLoad15],
    async collect(host, emit) {
      const averages = host.proc.read('loadavg', parseLoadavg);
      emit(load1, averages.load1);
      emit(load5, averages.load5);
      emit(load15, averages.load15);
      emit(systemLoad1, averages.load1);
      emit(systemLoad5, averages.load5);
      emit(systemLoad15, averages.load15);
      if (emit.convention === 'semconv') return;
      // Without a hostname, omit only the family node_load.
      const hostname = await optionalAsync(host.hostname());
      if (hostname === undefined) return;
      emit(load, averages.load1, { hostname, duration: '1m' });
      emit(load, averages.load5, { hostname, duration: '5m' });
      emit(load, averages.load15, { hostname, duration: '15m' });
    },
  }),
});
