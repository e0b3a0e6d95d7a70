import { defineCollector } from '../collection/collector.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { type EmittingRead, emitDevices, emittingRead, inMemory } from './support/slow-attributes.ts';

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
 * Types of cooling devices whose state the kernel has in memory: processors (a large host has hundreds) and devices whose
 * frequency or idle time is limited. For other devices the driver queries the state: of a fan over ACPI or I2C, of a radio
 * from its firmware.
 */
const IN_MEMORY = /^(Processor|(thermal-)?(cpufreq|devfreq|cpuidle|idle)-.*)$/;

/** https://docs.kernel.org/driver-api/thermal/sysfs-api.html */
export const thermalZone = defineCollector({
  name: 'thermal_zone',
  help: 'Thermal zones and cooling devices from /sys/class/thermal',
  create: () => ({
    families: [temperature, currentState, maximumState],
    async collect(host, emit) {
      const devices = host.sys.listIfPresent(CLASS).map((entry) => {
        const [, kind, number = ''] = /^(thermal_zone|cooling_device)(\d.*)$/.exec(entry) ?? [];
        const type = kind === undefined ? undefined : host.sys.readIfPresent(`${CLASS}/${entry}/type`, parseText);
        if (type === undefined) return [];
        return kind === 'thermal_zone' ? listZoneReads(emit, number, type) : listCoolingReads(emit, number, type);
      });
      await emitDevices(host, devices);
    },
  }),
});

/** The driver of a zone queries a sensor, the firmware or an embedded controller, which may take seconds. */
function listZoneReads(emit: Emit, zone: string, type: string): EmittingRead[] {
  return [
    emittingRead(`${CLASS}/thermal_zone${zone}/temp`, parseIntegerFile, (millidegrees) =>
      emit(temperature, millidegrees / MILLIDEGREES, { zone, type }),
    ),
  ];
}

function listCoolingReads(emit: Emit, name: string, type: string): EmittingRead[] {
  const path = `${CLASS}/cooling_device${name}`;
  const reads = [
    emittingRead(`${path}/cur_state`, parseIntegerFile, (state) => emit(currentState, state, { name, type })),
    emittingRead(`${path}/max_state`, parseIntegerFile, (state) => emit(maximumState, state, { name, type })),
  ];
  return IN_MEMORY.test(type) ? reads.map(inMemory) : reads;
}
