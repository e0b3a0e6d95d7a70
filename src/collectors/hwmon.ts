import { basename, dirname } from 'node:path';
import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { type Host, ignoreErrno, ignoreErrnoAsync, type KernelTree } from '../host/host.ts';
import { counter, type Emit, familiesByName, gauge } from '../metrics/metric.ts';
import { cleanName, parseReading, parseSensorFile, type SensorFile, unitOf } from '../parse/hwmon.ts';
import { parseText } from '../parse/lines.ts';
import { createFilter } from './support/filter.ts';

const names = gauge('node_hwmon_chip_names', 'What the driver calls the chip; always 1.', ['chip', 'chip_name']);
const sensorLabel = gauge('node_hwmon_sensor_label', 'What the driver or the board calls the sensor; always 1.', [
  'chip',
  'label',
  'sensor',
]);
const beep = gauge('node_hwmon_beep_enabled', 'Whether the chip may beep.', ['chip', 'sensor']);
const vrm = gauge('node_hwmon_voltage_regulator_version', 'Version of the voltage regulator module.', [
  'chip',
  'sensor',
]);
const interval = gauge('node_hwmon_update_interval_seconds', 'How often the chip measures.', ['chip', 'sensor']);

const measured = familiesByName((name) => {
  const declare = name.endsWith('_total') ? counter : gauge;
  return declare(name, `Hardware monitor value ${name.slice('node_hwmon_'.length)}.`, ['chip', 'sensor']);
});

const CLASS = 'class/hwmon';

/**
 * Buses on which a reading takes milliseconds, or for ever when the device is stuck: I2C and SMBus (lm75, jc42, pmbus),
 * SPI (lm70), USB and HID (corsair-psu), disks (drivetemp), NVMe, radios (their firmware), the BMC (ibmaem).
 */
const SLOW_BUSES: ReadonlySet<string> = new Set(['hid', 'i2c', 'ieee80211', 'ipmi', 'nvme', 'scsi', 'spi', 'usb']);
/** ACPI's power meter asks the BMC, too. */
const SLOW_CHIPS: ReadonlySet<string> = new Set(['power_meter']);

/**
 * How drivers say that a sensor has no reading now; the chip's other sensors have theirs. ENODATA: nothing is connected.
 * EAGAIN: the first measurement has not ended. EINVAL: the sensor is switched off. EIO: write-only attributes such as
 * `temp1_reset_history`. EACCES: the same for others than root. EPERM: amdgpu while the card sleeps.
 */
const NO_READING: ReadonlySet<string> = new Set(['ENODATA', 'EAGAIN', 'EINVAL', 'EIO', 'EACCES', 'EPERM']);

/** https://docs.kernel.org/hwmon/sysfs-interface.html */
export const hwmon = defineCollector({
  name: 'hwmon',
  help: 'Temperatures, fans, voltages and other sensors from /sys/class/hwmon',
  flags: {
    'chip-include': pattern('Chips to include; not together with chip-exclude.'),
    'chip-exclude': pattern('Chips to exclude; not together with chip-include.'),
    'sensor-include': pattern('Sensors to include, as chip;sensor; not together with sensor-exclude.'),
    'sensor-exclude': pattern('Sensors to exclude, as chip;sensor; not together with sensor-include.'),
  },
  create(options) {
    const isChipWanted = createFilter('collector.hwmon.chip', options['chip-include'], options['chip-exclude']);
    const isSensorWanted = createFilter('collector.hwmon.sensor', options['sensor-include'], options['sensor-exclude']);
    return {
      families: [names, sensorLabel, beep, vrm, interval],
      dynamicFamilies: [measured('node_hwmon_<sensor type>_<element>_<unit>')],
      async collect(host, emit) {
        const chips = nameChips(host.sys).filter(({ label }) => isChipWanted(label));
        await forEachItem(chips, async (chip) => {
          const sensors = chip.isSlow ? await readSlowly(host, chip) : readAtOnce(host.sys, chip);
          const kind = cleanName(chip.name);
          if (kind !== '') emit(names, 1, { chip: chip.label, chip_name: kind });
          for (const [name, sensor] of sensors) {
            if (isSensorWanted(`${chip.label};${name}`)) emitSensor(emit, sensor, { chip: chip.label, sensor: name });
          }
        });
      },
    };
  },
});

interface Node {
  /** Below /sys. */
  readonly path: string;
  /** From the device: stable, as hwmonN is not. Several nodes of one device have the same. */
  readonly base: string;
  readonly name: string;
  readonly hasDevice: boolean;
  readonly isSlow: boolean;
}

interface Chip extends Node {
  readonly label: string;
}

function nameChips(sys: KernelTree): Chip[] {
  const nodes = sys.list(CLASS).flatMap((node) => findNode(sys, `${CLASS}/${node}`) ?? []);
  return nodes.map((node) => {
    const namesakes = nodes.filter(({ base }) => base === node.base);
    if (namesakes.length === 1) return { ...node, label: node.base };
    const isNameUnique = namesakes.filter(({ name }) => name === node.name).length === 1;
    const suffix = (isNameUnique && cleanName(node.name)) || cleanName(basename(node.path));
    return { ...node, label: `${node.base}_${suffix}` };
  });
}

function findNode(sys: KernelTree, path: string): Node | undefined {
  const real = sys.realPath(path);
  if (real === undefined) return undefined;
  const device = sys.realPath(`${path}/device`);
  const name = sys.findAttribute(`${path}/name`, parseText) ?? '';
  const base = (device !== undefined && nameDevice(device)) || cleanName(name) || cleanName(basename(real));
  const bus = basename(sys.link(`${path}/device/subsystem`) ?? '');
  return { path, base, name, hasDevice: device !== undefined, isSlow: SLOW_BUSES.has(bus) || SLOW_CHIPS.has(name) };
}

function nameDevice(path: string): string {
  return [dirname(path), path]
    .map((part) => cleanName(basename(part)))
    .filter((part) => part !== '')
    .join('_');
}

interface Sensor {
  readonly type: string;
  /** The text of each attribute, by element. */
  readonly elements: Map<string, string>;
}

type Sensors = Map<string, Sensor>;

function readAtOnce(sys: KernelTree, chip: Chip): Sensors {
  const sensors: Sensors = new Map();
  for (const { path, file } of sensorFilesOf(sys, chip)) {
    const text = ignoreErrno(NO_READING, () => sys.attribute(path, trimNewlines));
    if (text !== undefined) add(sensors, file, text);
  }
  return sensors;
}

async function readSlowly({ sys, slowSys }: Host, chip: Chip): Promise<Sensors> {
  const sensors: Sensors = new Map();
  for (const { path, file } of sensorFilesOf(sys, chip)) {
    const text = await ignoreErrnoAsync(NO_READING, slowSys.read(path, trimNewlines));
    if (text !== undefined) add(sensors, file, text);
  }
  return sensors;
}

/** Old drivers keep the attributes with the device. */
function sensorFilesOf(
  sys: KernelTree,
  { path, hasDevice }: Chip,
): { readonly path: string; readonly file: SensorFile }[] {
  const folders = hasDevice ? [path, `${path}/device`] : [path];
  return folders.flatMap((folder) =>
    sys.list(folder).flatMap((name) => {
      const file = parseSensorFile(name);
      return file === undefined ? [] : { path: `${folder}/${name}`, file };
    }),
  );
}

function trimNewlines(text: string): string {
  return text.replaceAll(/^\n+|\n+$/g, '');
}

function add(sensors: Sensors, { type, sensor: name, element }: SensorFile, text: string): void {
  let sensor = sensors.get(name);
  if (sensor === undefined) {
    sensor = { type, elements: new Map() };
    sensors.set(name, sensor);
  }
  sensor.elements.set(element, text);
}

interface Labels {
  readonly chip: string;
  readonly sensor: string;
}

function emitSensor(emit: Emit, { type, elements }: Sensor, labels: Labels): void {
  const label = elements.get('label');
  if (label !== undefined) emit(sensorLabel, 1, { ...labels, label });
  if (type === 'beep_enable') {
    emit(beep, elements.get('') === '1' ? 1 : 0, labels);
    return;
  }
  for (const [element, text] of elements) {
    const value = element === 'label' ? undefined : parseReading(text);
    if (value === undefined) continue;
    if (type === 'vrm') emit(vrm, value, labels);
    else if (type === 'update_interval') emit(interval, value * 0.001, labels);
    else emitElement(emit, { type, element, value, elements }, labels);
  }
}

interface Element {
  readonly type: string;
  readonly element: string;
  readonly value: number;
  readonly elements: ReadonlyMap<string, string>;
}

function emitElement(emit: Emit, { type, element, value, elements }: Element, labels: Labels): void {
  const isFrequency = type === 'freq' && element === 'input';
  // A frequency is told from the others by its label alone, which stands in for the sensor.
  const label = elements.get('label');
  if (isFrequency && label === undefined) return;
  const { suffix, convert } = unitOf(type, element);
  const part = element === 'input' && !elements.has('') ? '' : cleanName(element);
  const family = measured(`node_hwmon_${type}${part === '' ? '' : '_'}${part}${suffix}`);
  emit(family, convert(value), isFrequency ? { ...labels, sensor: cleanName(label ?? '') } : labels);
}
