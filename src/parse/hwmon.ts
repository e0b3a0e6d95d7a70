/**
 * The parsed file name of a sensor attribute. For example, `temp1_input` is the element `input` of the sensor `temp1` of
 * the type `temp`.
 */
export interface SensorFile {
  readonly type: string;
  /** Type and number of the sensor, for example `temp1`. If the file name contains no number, the number is 0. */
  readonly sensor: string;
  /** Part of the file name after the number, for example `crit_alarm`; empty for `pwm1`. */
  readonly element: string;
}

const TYPES: ReadonlySet<string> = new Set([
  'beep_enable',
  'cpu',
  'curr',
  'energy',
  'fan',
  'freq',
  'humidity',
  'in',
  'intrusion',
  'power',
  'pwm',
  'temp',
  'update_interval',
  'vrm',
]);

/**
 * Name of the directory for power management, which exists for every device. It is not a sensor, although `power` is also a
 * type of sensor.
 */
const POWER_MANAGEMENT = 'power';

/**
 * Parses the name of a file in `/sys/class/hwmon/hwmon<n>`: `in0_min`, `pwm1_auto_point2_temp`, `update_interval`. Returns
 * `undefined` if the file is not an attribute of a sensor.
 *
 * https://docs.kernel.org/hwmon/sysfs-interface.html
 */
export function parseSensorFile(name: string): SensorFile | undefined {
  if (name === POWER_MANAGEMENT) return undefined;
  const [, type, number, element = ''] = /^([^0-9]+)([0-9]{0,15})(?:_(.+))?$/.exec(name) ?? [];
  if (type === undefined || !TYPES.has(type)) return undefined;
  return { type, sensor: type + Number(number), element };
}

/** Returns a name in the form of node_exporter's labels and metric names, for example `nct6779d_isa` for `NCT6779D-isa`. */
export function cleanName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9:_]/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/**
 * Returns the number in an attribute. Returns `undefined` if the attribute is empty or contains other text, as in
 * `power1_model_number`.
 */
export function parseReading(text: string): number | undefined {
  const number = text.trim();
  return /^[+-]?\d{1,20}(\.\d{1,20})?$/.test(number) ? Number(number) : undefined;
}

export interface SensorUnit {
  /** Suffix of the metric name. */
  readonly suffix: string;
  /** Converts a value from the unit of the kernel to the unit of the metric. */
  readonly convert: (value: number) => number;
}

const unchanged = (value: number): number => value;
const fromThousandths = (value: number): number => value * 0.001;
const fromMillionths = (value: number): number => value / 1e6;

const FLAGS: ReadonlySet<string> = new Set(['alarm', 'fault']);
const INTERVALS: ReadonlySet<string> = new Set(['average_interval', 'average_interval_min', 'average_interval_max']);
const SPEEDS: ReadonlySet<string> = new Set(['input', 'min', 'max', 'target']);

/**
 * Returns the unit that node_exporter uses for an element. Some of these units are wrong, such as degrees Celsius for
 * `temp1_crit_alarm`.
 */
export function unitOf(type: string, element: string): SensorUnit {
  if (FLAGS.has(element)) return { suffix: '', convert: unchanged };
  if (element === 'beep') return { suffix: '_enabled', convert: unchanged };
  if (type === 'in' || type === 'cpu') return { suffix: '_volts', convert: fromThousandths };
  if (type === 'temp' && element !== 'type') return { suffix: '_celsius', convert: fromThousandths };
  if (type === 'curr') return { suffix: '_amps', convert: fromThousandths };
  if (type === 'energy') return { suffix: '_joule_total', convert: fromMillionths };
  if (type === 'power') return unitOfPower(element);
  if (type === 'humidity') return { suffix: '', convert: fromMillionths };
  if (type === 'fan' && SPEEDS.has(element)) return { suffix: '_rpm', convert: unchanged };
  if (type === 'freq' && element === 'input') return { suffix: '_freq_mhz', convert: fromMillionths };
  return { suffix: '', convert: unchanged };
}

function unitOfPower(element: string): SensorUnit {
  if (element === 'accuracy') return { suffix: '', convert: fromMillionths };
  if (INTERVALS.has(element)) return { suffix: '_seconds', convert: fromThousandths };
  return { suffix: '_watt', convert: fromMillionths };
}
