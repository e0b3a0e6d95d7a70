import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseWord, splitWords } from '../parse/lines.ts';

const seconds = gauge('node_time_seconds', 'Unix time of the host, in seconds.');
const zoneOffset = gauge(
  'node_time_zone_offset_seconds',
  "Offset of the exporter's time zone from UTC, in seconds; positive for time zones east of UTC.",
  ['time_zone'],
);
const available = gauge(
  'node_time_clocksource_available_info',
  'Clock source that the kernel can use for the system clock; always 1.',
  ['device', 'clocksource'],
);
const current = gauge(
  'node_time_clocksource_current_info',
  'Clock source that the kernel uses for the system clock; always 1.',
  ['device', 'clocksource'],
);

const CLOCKSOURCES = 'devices/system/clocksource';

/** https://docs.kernel.org/timers/timekeeping.html */
export const time = defineCollector({
  name: 'time',
  help: 'System time, time zone, and clock sources from /sys/devices/system/clocksource',
  create: () => ({
    families: [seconds, zoneOffset, available, current],
    async collect(host, emit) {
      const now = host.now();
      const { abbreviation, offset } = host.timeZone(now);
      emit(seconds, now);
      emit(zoneOffset, offset, { time_zone: abbreviation });
      const entries = host.sys.listIfPresent(CLOCKSOURCES).filter((name) => /^clocksource\d+$/.test(name));
      await forEachItem(entries, (entry) => {
        const path = `${CLOCKSOURCES}/${entry}`;
        const device = entry.slice('clocksource'.length);
        const names = host.sys.readIfPresent(`${path}/available_clocksource`, (text) => splitWords(text.trim()));
        const currentName = host.sys.readIfPresent(`${path}/current_clocksource`, parseWord);
        for (const clocksource of new Set(names)) emit(available, 1, { device, clocksource });
        if (currentName !== undefined) emit(current, 1, { device, clocksource: currentName });
      });
    },
  }),
});
