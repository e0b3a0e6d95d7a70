import { defineCollector } from '../../collection/collector.ts';
import { pattern } from '../../flags/flag.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { cleanName, parseReading, unitOf } from '../../parse/hwmon.ts';
import { SECONDS_PER_MILLISECOND } from '../../util/units.ts';
import { createFilter } from '../support/filter.ts';
import { listChips } from './chips.ts';
import { sensorFamily, sensorFamilyTemplate } from './sensor-families.ts';
import { type HwmonSensor, readSensors } from './sensors.ts';

const names = gauge('node_hwmon_chip_names', 'Name that the driver gives the hardware monitoring chip; always 1.', [
  'chip',
  'chip_name',
]);
const sensorLabel = gauge(
  'node_hwmon_sensor_label',
  'Label of the hardware sensor, which describes what the sensor measures; always 1.',
  ['chip', 'label', 'sensor'],
);
const beep = gauge('node_hwmon_beep_enabled', '1 if the hardware monitoring chip may beep on an alarm, 0 otherwise.', [
  'chip',
  'sensor',
]);
const vrm = gauge(
  'node_hwmon_voltage_regulator_version',
  'Version number of the voltage regulator module (VRM) standard that the hardware monitoring chip uses.',
  ['chip', 'sensor'],
);
const interval = gauge(
  'node_hwmon_update_interval_seconds',
  'Interval at which the hardware monitoring chip updates its readings, in seconds.',
  ['chip', 'sensor'],
);

/** https://docs.kernel.org/hwmon/sysfs-interface.html */
export const hwmon = defineCollector({
  name: 'hwmon',
  help: 'Temperatures, fans, voltages and other hardware sensors from /sys/class/hwmon',
  flags: {
    'chip-include': pattern('Hardware monitoring chips to include; mutually exclusive with chip-exclude.'),
    'chip-exclude': pattern('Hardware monitoring chips to exclude; mutually exclusive with chip-include.'),
    'sensor-include': pattern(
      'Hardware sensors to include, written as "chip;sensor"; mutually exclusive with sensor-exclude.',
    ),
    'sensor-exclude': pattern(
      'Hardware sensors to exclude, written as "chip;sensor"; mutually exclusive with sensor-include.',
    ),
  },
  create(options) {
    const isChipIncluded = createFilter('collector.hwmon.chip', options['chip-include'], options['chip-exclude']);
    const isSensorIncluded = createFilter(
      'collector.hwmon.sensor',
      options['sensor-include'],
      options['sensor-exclude'],
    );
    return {
      families: [names, sensorLabel, beep, vrm, interval],
      dynamicFamilies: [sensorFamilyTemplate],
      async collect(host, emit) {
        const chips = listChips(host).filter(({ label }) => isChipIncluded(label));
        for (const [{ label: chip, name: driverName = '' }, sensors] of await readSensors(host, chips)) {
          const chipName = cleanName(driverName);
          if (chipName !== '') emit(names, 1, { chip, chip_name: chipName });
          for (const [name, sensor] of sensors) {
            if (isSensorIncluded(`${chip};${name}`)) emitSensor(emit, sensor, { chip, sensor: name });
          }
        }
      },
    };
  },
});

interface SensorLabels {
  readonly chip: string;
  readonly sensor: string;
}

function emitSensor(emit: Emit, sensor: HwmonSensor, labels: SensorLabels): void {
  const { type, elements } = sensor;
  const label = elements.get('label');
  if (label !== undefined) emit(sensorLabel, 1, { ...labels, label });
  if (type === 'beep_enable') {
    const isEnabled = elements.get('');
    if (isEnabled !== undefined) emit(beep, isEnabled === '1' ? 1 : 0, labels);
    return;
  }
  for (const [element, text] of elements) {
    const value = element === 'label' || text === undefined ? undefined : parseReading(text);
    if (value === undefined) continue;
    if (type === 'vrm') emit(vrm, value, labels);
    else if (type === 'update_interval') emit(interval, value * SECONDS_PER_MILLISECOND, labels);
    else emitElement(emit, { sensor, element, value }, labels);
  }
}

interface ElementReading {
  readonly sensor: HwmonSensor;
  readonly element: string;
  readonly value: number;
}

function emitElement(emit: Emit, { sensor, element, value }: ElementReading, labels: SensorLabels): void {
  const { type, elements } = sensor;
  const isFrequency = type === 'freq' && element === 'input';
  const label = elements.get('label');
  // Like node_exporter, identify a frequency sensor by its label, and skip a frequency sensor without a label.
  if (isFrequency && label === undefined) return;
  const { suffix, convert } = unitOf(type, element);
  const part = element === 'input' && !elements.has('') ? '' : cleanName(element);
  const family = sensorFamily(`node_hwmon_${type}${part === '' ? '' : '_'}${part}${suffix}`);
  emit(family, convert(value), isFrequency ? { ...labels, sensor: cleanName(label ?? '') } : labels);
}
