import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const LABELS = ['name'] as const;

/** The attributes of `/sys/class/watchdog/<name>` that hold a number, each with its family. */
const NUMBERS = Object.entries({
  bootstatus: gauge(
    'node_watchdog_bootstatus',
    'Status of the watchdog at boot, such as the cause of the last reset, as a bit mask of WDIOF_* values.',
    LABELS,
  ),
  fw_version: gauge('node_watchdog_fw_version', 'Firmware version of the watchdog.', LABELS),
  nowayout: gauge(
    'node_watchdog_nowayout',
    '1 if the watchdog cannot be stopped after it is started, 0 if it can be stopped.',
    LABELS,
  ),
  timeleft: gauge('node_watchdog_timeleft_seconds', 'Time until the watchdog resets the host, in seconds.', LABELS),
  timeout: gauge(
    'node_watchdog_timeout_seconds',
    'Time without a keepalive after which the watchdog resets the host, in seconds.',
    LABELS,
  ),
  pretimeout: gauge(
    'node_watchdog_pretimeout_seconds',
    'Time between the interrupt that the watchdog raises and the reset of the host, in seconds.',
    LABELS,
  ),
  access_cs0: gauge(
    'node_watchdog_access_cs0',
    'Whether the watchdog reports that the host uses its primary flash chip: 1 if it does, 0 if not.',
    LABELS,
  ),
});

const info = gauge('node_watchdog_info', 'Identity, options and state of the watchdog; always 1.', [
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
        // A watchdog has only the attributes that its driver supports.
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
