import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const temperature = gauge('node_thermal_zone_temp', 'Temperature of the zone in degrees Celsius.', ['zone', 'type']);
const currentState = gauge('node_cooling_device_cur_state', 'How much the cooling device cools now.', ['name', 'type']);
const maximumState = gauge('node_cooling_device_max_state', 'The most that the cooling device can cool.', [
  'name',
  'type',
]);

const CLASS = 'class/thermal';

/**
 * How drivers say that there is no reading now. ENODATA: iwlwifi while the radio is off. EAGAIN: the first measurement
 * has not ended. EINVAL: the zone is switched off. EACCES: attributes of others than root.
 */
const NO_READING: ReadonlySet<string> = new Set(['ENODATA', 'EAGAIN', 'EINVAL', 'EACCES']);

/** https://docs.kernel.org/driver-api/thermal/sysfs-api.html */
export const thermalZone = defineCollector({
  name: 'thermal_zone',
  help: 'Thermal zones and cooling devices from /sys/class/thermal',
  create: () => ({
    families: [temperature, currentState, maximumState],
    async collect({ sys }, emit) {
      const entries = sys.listIfPresent(CLASS);
      await forEachItem(entries, (entry) => {
        const [, kind, number = ''] = /^(thermal_zone|cooling_device)(\d.*)$/.exec(entry) ?? [];
        if (kind === 'thermal_zone') emitZone(sys, emit, number);
        else if (kind === 'cooling_device') emitCoolingDevice(sys, emit, number);
      });
    },
  }),
});

function emitZone(sys: KernelTree, emit: Emit, zone: string): void {
  const folder = `${CLASS}/thermal_zone${zone}`;
  const type = sys.readIfPresent(`${folder}/type`, parseText, { ignoreErrno: NO_READING });
  const millidegrees = sys.readIfPresent(`${folder}/temp`, parseIntegerFile, { ignoreErrno: NO_READING });
  if (type !== undefined && millidegrees !== undefined) emit(temperature, millidegrees / 1000, { zone, type });
}

function emitCoolingDevice(sys: KernelTree, emit: Emit, name: string): void {
  const folder = `${CLASS}/cooling_device${name}`;
  const type = sys.readIfPresent(`${folder}/type`, parseText, { ignoreErrno: NO_READING });
  const current = sys.readIfPresent(`${folder}/cur_state`, parseIntegerFile, { ignoreErrno: NO_READING });
  const maximum = sys.readIfPresent(`${folder}/max_state`, parseIntegerFile, { ignoreErrno: NO_READING });
  if (type === undefined || current === undefined || maximum === undefined) return;
  emit(currentState, current, { name, type });
  emit(maximumState, maximum, { name, type });
}
