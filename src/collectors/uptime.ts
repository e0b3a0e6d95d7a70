import { defineCollector } from '../collection/collector.ts';
import { observableGauge, semconv } from '../metrics/metric.ts';
import { parseUptime } from '../parse/uptime.ts';

const uptimeSeconds = observableGauge('node_uptime', 'Time since the host was booted, in seconds.', ['hostname']);
const systemUptime = semconv.gauge('system.uptime', 's', 'Time since the host was booted, in seconds.');

/** https://man7.org/linux/man-pages/man5/proc_uptime.5.html */
export const uptime = defineCollector({
  name: 'uptime',
  help: 'Time since boot from /proc/uptime',
  create: () => ({
    families: [uptimeSeconds, systemUptime],
    async collect(host, emit) {
      const { uptime: seconds } = host.proc.read('uptime', parseUptime);
      emit(systemUptime, seconds);
      if (emit.convention === 'semconv') return;
      emit(uptimeSeconds, seconds, { hostname: await host.hostname() });
    },
  }),
});
