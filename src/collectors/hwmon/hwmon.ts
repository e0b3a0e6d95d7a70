import { defineCollector } from '../../collection/collector.ts';
import { pattern } from '../../flags/flag.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { cleanName, parseReading, unitOf } from '../../parse/hwmon.ts';
import { SECONDS_PER_MILLISECOND } from '../../util/units.ts';
import { createFilter } from '../support/filter.ts';
import { listChips } from './chips.ts';
import { sensorFamily, sensorFamilyTemplate } from './sensor-families.ts';
import { type HwmonSensor, type HwmonSensors, readSensors } from './sensors.ts';

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
          const frequencies = labelFrequencies(sensors);
          for (const [name, sensor] of sensors) {
            if (!isSensorIncluded(`${chip};${name}`)) continue;
            emitSensor(emit, sensor, { labels: { chip, sensor: name }, frequency: frequencies.get(name) });
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

interface SensorNames {
  readonly labels: SensorLabels;
  /** Value of the label `sensor` for the frequency of the sensor; `undefined` for a sensor without a frequency. */
  readonly frequency: string | undefined;
}

/**
 * Returns the names of the frequency sensors of a chip, by sensor. As in node_exporter, the name of a sensor is its label,
 * and a sensor without a label is left out. If several sensors have the same label, the name of each sensor is its name in
 * sysfs, such as `freq1`.
 */
function labelFrequencies(sensors: HwmonSensors): ReadonlyMap<string, string> {
  const labelled = [...sensors].flatMap(([name, { type, elements }]) => {
    const label = type === 'freq' ? elements.get('label') : undefined;
    return label === undefined ? [] : [[name, cleanName(label)] as const];
  });
  const counts = Map.groupBy(labelled, ([, label]) => label);
  return new Map(labelled.map(([name, label]) => [name, counts.get(label)?.length === 1 ? label : name]));
}

function emitSensor(emit: Emit, sensor: HwmonSensor, { labels, frequency }: SensorNames): void {
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
    else emitElement(emit, { sensor, element, value }, { labels, frequency });
  }
}

interface ElementReading {
  readonly sensor: HwmonSensor;
  readonly element: string;
  readonly value: number;
}

function emitElement(emit: Emit, { sensor, element, value }: ElementReading, { labels, frequency }: SensorNames): void {
  const { type, elements } = sensor;
  const isFrequency = type === 'freq' && element === 'input';
  if (isFrequency && frequency === undefined) return;
  const { suffix, convert } = unitOf(type, element);
  const part = element === 'input' && !elements.has('') ? '' : cleanName(element);
  const family = sensorFamily(`node_hwmon_${type}${part === '' ? '' : '_'}${part}${suffix}`);
  emit(family, convert(value), isFrequency ? { ...labels, sensor: frequency } : labels);
}
