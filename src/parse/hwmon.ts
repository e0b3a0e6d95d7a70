/** One attribute of a sensor: `temp1_input` is the `input` of the `temp` sensor `temp1`. */
export interface SensorFile {
  readonly type: string;
  /** The type with its number, 0 when the name has none. */
  readonly sensor: string;
  /** What stands behind the number: `crit_alarm`, empty for `pwm1`. */
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

/** Every device has a folder of this name for its power management; no sensor is called so. */
const POWER_MANAGEMENT = 'power';

/**
 * The name of a file in `/sys/class/hwmon/hwmonN/`: `in0_min`, `pwm1_auto_point2_temp`, `update_interval`. Other files
 * than sensors' are `undefined`.
 *
 * https://docs.kernel.org/hwmon/sysfs-interface.html
 */
export function parseSensorFile(name: string): SensorFile | undefined {
  if (name === POWER_MANAGEMENT) return undefined;
  const [, type, number, element = ''] = /^([^0-9]+)([0-9]{0,15})(?:_(.+))?$/.exec(name) ?? [];
  if (type === undefined || !TYPES.has(type)) return undefined;
  return { type, sensor: type + Number(number), element };
}

/** A name as a part of labels and of metrics' names: `NCT6779D-isa` becomes `nct6779d_isa`. */
export function cleanName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9:_]/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/** Some attributes hold words (`power1_model_number`), and some drivers print blanks: neither is a value. */
export function parseReading(text: string): number | undefined {
  return /^[+-]?\d{1,20}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}

export interface Unit {
  /** What the metric's name ends in. */
  readonly suffix: string;
  readonly inBaseUnit: (value: number) => number;
}

const unchanged = (value: number): number => value;
const fromThousandths = (value: number): number => value * 0.001;
const fromMillionths = (value: number): number => value / 1e6;

const FLAGS: ReadonlySet<string> = new Set(['alarm', 'fault']);
const INTERVALS: ReadonlySet<string> = new Set(['average_interval', 'average_interval_min', 'average_interval_max']);
const SPEEDS: ReadonlySet<string> = new Set(['input', 'min', 'max', 'target']);

/** The unit of an element. Some have one that makes no sense (`temp1_crit_alarm` in degrees), as they have in node_exporter. */
export function unitOf(type: string, element: string): Unit {
  if (FLAGS.has(element)) return { suffix: '', inBaseUnit: unchanged };
  if (element === 'beep') return { suffix: '_enabled', inBaseUnit: unchanged };
  if (type === 'in' || type === 'cpu') return { suffix: '_volts', inBaseUnit: fromThousandths };
  if (type === 'temp' && element !== 'type') return { suffix: '_celsius', inBaseUnit: fromThousandths };
  if (type === 'curr') return { suffix: '_amps', inBaseUnit: fromThousandths };
  if (type === 'energy') return { suffix: '_joule_total', inBaseUnit: fromMillionths };
  if (type === 'power') return unitOfPower(element);
  if (type === 'humidity') return { suffix: '', inBaseUnit: fromMillionths };
  if (type === 'fan' && SPEEDS.has(element)) return { suffix: '_rpm', inBaseUnit: unchanged };
  if (type === 'freq' && element === 'input') return { suffix: '_freq_mhz', inBaseUnit: fromMillionths };
  return { suffix: '', inBaseUnit: unchanged };
}

function unitOfPower(element: string): Unit {
  if (element === 'accuracy') return { suffix: '', inBaseUnit: fromMillionths };
  if (INTERVALS.has(element)) return { suffix: '_seconds', inBaseUnit: fromThousandths };
  return { suffix: '_watt', inBaseUnit: fromMillionths };
}
