import { basename } from 'node:path';
import { defineCollector } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { type EmittingRead, emitDevices, emittingRead, inMemory, labelReads } from './support/slow-attributes.ts';

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

const LABEL_ATTRIBUTES = ['options', 'identity', 'state', 'status', 'pretimeout_governor'] as const;

const info = gauge('node_watchdog_info', 'Identity, options and state of the watchdog; always 1.', [
  'name',
  ...LABEL_ATTRIBUTES,
]);

const CLASS = 'class/watchdog';

/** Attributes that the driver reads from the device, which may be behind a slow bus. The other attributes are in memory. */
const SLOW: ReadonlySet<string> = new Set(['timeleft', 'status']);

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-watchdog */
export const watchdog = defineCollector({
  name: 'watchdog',
  help: 'Watchdog timers from /sys/class/watchdog',
  create: () => ({
    families: [...NUMBERS.map(([, family]) => family), info],
    async collect(host, emit) {
      await emitDevices(
        host,
        host.sys.list(CLASS).map((name) => listReads(host.sys, emit, name)),
      );
    },
  }),
});

function listReads(sys: KernelTree, emit: Emit, name: string): EmittingRead[] {
  // A watchdog has only the attributes that its driver supports.
  const attributes = new Set(sys.listIfPresent(`${CLASS}/${name}`));
  const reads = [
    ...NUMBERS.filter(([attribute]) => attributes.has(attribute)).map(([attribute, family]) =>
      emittingRead(`${CLASS}/${name}/${attribute}`, parseIntegerFile, (number) => emit(family, number, { name })),
    ),
    ...labelReads(
      LABEL_ATTRIBUTES.map((attribute) => [attribute, `${CLASS}/${name}/${attribute}`]),
      (labels) => emit(info, 1, { name, ...labels }),
    ),
  ];
  return reads.map((read) =>
    SLOW.has(basename(read.path)) && attributes.has(basename(read.path)) ? read : inMemory(read),
  );
}
