import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const temperature = gauge('node_thermal_zone_temp', 'Temperature of the thermal zone, in degrees Celsius.', [
  'zone',
  'type',
]);
const currentState = gauge(
  'node_cooling_device_cur_state',
  'Current cooling state of the cooling device; a higher state cools more.',
  ['name', 'type'],
);
const maximumState = gauge('node_cooling_device_max_state', 'Highest cooling state of the cooling device.', [
  'name',
  'type',
]);

const CLASS = 'class/thermal';
const MILLIDEGREES = 1000;

/**
 * Error codes of drivers that have no reading at the moment. ENODATA: iwlwifi while the radio is off. EAGAIN: the first
 * measurement is still running. EINVAL: the zone is switched off. EACCES: only root may read the attribute.
 */
const NO_READING: ReadonlySet<string> = new Set(['ENODATA', 'EAGAIN', 'EINVAL', 'EACCES']);

/** https://docs.kernel.org/driver-api/thermal/sysfs-api.html */
export const thermalZone = defineCollector({
  name: 'thermal_zone',
  help: 'Thermal zones and cooling devices from /sys/class/thermal',
  create: () => ({
    families: [temperature, currentState, maximumState],
    async collect({ sys }, emit) {
      await forEachItem(sys.listIfPresent(CLASS), (entry) => {
        const [, kind, number = ''] = /^(thermal_zone|cooling_device)(\d.*)$/.exec(entry) ?? [];
        if (kind === 'thermal_zone') emitZone(sys, emit, number);
        else if (kind === 'cooling_device') emitCoolingDevice(sys, emit, number);
      });
    },
  }),
});

function emitZone(sys: KernelTree, emit: Emit, zone: string): void {
  const path = `${CLASS}/thermal_zone${zone}`;
  const type = sys.readIfPresent(`${path}/type`, parseText, { ignoreErrno: NO_READING });
  const millidegrees = sys.readIfPresent(`${path}/temp`, parseIntegerFile, { ignoreErrno: NO_READING });
  if (type !== undefined && millidegrees !== undefined) {
    emit(temperature, millidegrees / MILLIDEGREES, { zone, type });
  }
}

function emitCoolingDevice(sys: KernelTree, emit: Emit, name: string): void {
  const path = `${CLASS}/cooling_device${name}`;
  const type = sys.readIfPresent(`${path}/type`, parseText, { ignoreErrno: NO_READING });
  const current = sys.readIfPresent(`${path}/cur_state`, parseIntegerFile, { ignoreErrno: NO_READING });
  const maximum = sys.readIfPresent(`${path}/max_state`, parseIntegerFile, { ignoreErrno: NO_READING });
  if (type === undefined || current === undefined || maximum === undefined) return;
  emit(currentState, current, { name, type });
  emit(maximumState, maximum, { name, type });
}
