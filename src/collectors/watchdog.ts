import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const NUMBERS = [
  ['bootstatus', gauge('node_watchdog_bootstatus', 'Why the machine was booted, as bits of WDIOF_*.', ['name'])],
  ['fw_version', gauge('node_watchdog_fw_version', 'Version of the firmware.', ['name'])],
  ['nowayout', gauge('node_watchdog_nowayout', 'Whether a started watchdog cannot be stopped.', ['name'])],
  ['timeleft', gauge('node_watchdog_timeleft_seconds', 'Time until the watchdog resets the machine.', ['name'])],
  ['timeout', gauge('node_watchdog_timeout_seconds', 'Time without a sign of life after which it resets.', ['name'])],
  ['pretimeout', gauge('node_watchdog_pretimeout_seconds', 'How long before the reset it raises an alarm.', ['name'])],
  ['access_cs0', gauge('node_watchdog_access_cs0', 'Whether it boots from the first flash chip.', ['name'])],
] as const;

const info = gauge('node_watchdog_info', 'What the watchdog says of itself; always 1.', [
  'name',
  'options',
  'identity',
  'state',
  'status',
  'pretimeout_governor',
]);

const CLASS = 'class/watchdog';

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-watchdog */
export const watchdog = defineCollector({
  name: 'watchdog',
  help: 'Watchdog timers from /sys/class/watchdog',
  create: () => ({
    families: [...NUMBERS.map(([, family]) => family), info],
    async collect({ sys }, emit) {
      await forEachItem(sys.list(CLASS), (name) => {
        // A driver has the attributes that its timer can answer.
        const attributes = new Set(sys.list(`${CLASS}/${name}`));
        const read = <T>(attribute: string, parse: (text: string) => T): T | undefined =>
          attributes.has(attribute) ? sys.readIfPresent(`${CLASS}/${name}/${attribute}`, parse) : undefined;
        const numbers = NUMBERS.map(([attribute, family]) => ({ family, value: read(attribute, parseIntegerFile) }));
        const labels = {
          name,
          options: read('options', parseText) ?? '',
          identity: read('identity', parseText) ?? '',
          state: read('state', parseText) ?? '',
          status: read('status', parseText) ?? '',
          pretimeout_governor: read('pretimeout_governor', parseText) ?? '',
        };
        for (const { family, value } of numbers) if (value !== undefined) emit(family, value, { name });
        emit(info, 1, labels);
      });
    },
  }),
});
