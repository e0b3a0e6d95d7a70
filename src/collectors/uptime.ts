import { defineCollector } from '../collector.ts';
import { observableGauge } from '../metric.ts';
import { parseUptime } from '../parse/uptime.ts';

const uptimeSeconds = observableGauge('node_uptime', 'Seconds since the host was booted.', ['hostname']);

export const uptime = defineCollector({
  name: 'uptime',
  help: 'Seconds since boot from /proc/uptime',
  create: () => ({
    families: [uptimeSeconds],
    async collect(host, emit) {
      const { uptime: seconds } = host.proc.read('uptime', parseUptime);
      emit(uptimeSeconds, seconds, { hostname: await host.hostname() });
    },
  }),
});
