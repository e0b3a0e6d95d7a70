import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseLine, splitWords } from '../parse/lines.ts';

const seconds = gauge('node_time_seconds', "The host's clock, in seconds since 1970.");
const zoneOffset = gauge('node_time_zone_offset_seconds', 'How far the zone of this process is east of Greenwich.', [
  'time_zone',
]);
const available = gauge('node_time_clocksource_available_info', 'A clock source the kernel can use; always 1.', [
  'device',
  'clocksource',
]);
const current = gauge('node_time_clocksource_current_info', 'The clock source the kernel uses; always 1.', [
  'device',
  'clocksource',
]);

const CLOCKSOURCES = 'devices/system/clocksource';

/** https://docs.kernel.org/timers/timekeeping.html */
export const time = defineCollector({
  name: 'time',
  help: 'The clock, its time zone, and the clock sources from /sys/devices/system/clocksource',
  create: () => ({
    families: [seconds, zoneOffset, available, current],
    async collect(host, emit) {
      const now = host.now();
      const { abbreviation, offset } = host.timeZone(now);
      emit(seconds, now);
      emit(zoneOffset, offset, { time_zone: abbreviation });
      const devices = host.sys.listIfPresent(CLOCKSOURCES).filter((name) => /^clocksource\d+$/.test(name));
      await forEachItem(devices, (name) => {
        const device = name.slice('clocksource'.length);
        const choices = host.sys.read(`${CLOCKSOURCES}/${name}/available_clocksource`, (text) =>
          splitWords(text.trim()),
        );
        const chosen = host.sys.read(`${CLOCKSOURCES}/${name}/current_clocksource`, parseLine);
        for (const clocksource of choices) emit(available, 1, { device, clocksource });
        emit(current, 1, { device, clocksource: chosen });
      });
    },
  }),
});
