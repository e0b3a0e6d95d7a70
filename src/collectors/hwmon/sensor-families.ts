import { counter, familiesByName, gauge } from '../../metrics/metric.ts';

const PREFIX = 'node_hwmon_';
const LABELS = ['chip', 'sensor'] as const;

/** Placeholder in the documentation for the families of {@link sensorFamily}. */
export const sensorFamilyTemplate = gauge(
  `${PREFIX}<sensor type>_<element>_<unit>`,
  'Attribute of a hardware sensor, in the unit at the end of the metric name.',
  LABELS,
);

/** Returns the family with a name such as `node_hwmon_temp_crit_celsius`. */
export const sensorFamily = familiesByName((name) => {
  const declare = name.endsWith('_total') ? counter : gauge;
  return declare(name, describe(name), LABELS);
});

const SENSORS: Readonly<Record<string, string>> = {
  cpu: 'CPU voltage sensor',
  curr: 'current sensor',
  energy: 'energy sensor',
  fan: 'fan sensor',
  freq: 'frequency sensor',
  humidity: 'humidity sensor',
  in: 'voltage sensor',
  intrusion: 'intrusion sensor',
  power: 'power sensor',
  pwm: 'fan control',
  temp: 'temperature sensor',
};

/** Endings of metric names, each with its unit. */
const UNITS = [
  ['_amps', 'amperes'],
  ['_celsius', 'degrees Celsius'],
  ['_freq_mhz', 'megahertz'],
  ['_joule_total', 'joules'],
  ['_rpm', 'revolutions per minute'],
  ['_seconds', 'seconds'],
  ['_volts', 'volts'],
  ['_watt', 'watts'],
] as const;

/**
 * Returns the HELP text of a family: `Attribute crit of the temperature sensor, in degrees Celsius.` for
 * `node_hwmon_temp_crit_celsius`.
 */
function describe(name: string): string {
  const [suffix, unit] = UNITS.find(([suffix]) => name.endsWith(suffix)) ?? ['', undefined];
  const [type = '', ...element] = name.slice(PREFIX.length, name.length - suffix.length).split('_');
  const attribute = element.length === 0 ? 'Value' : `Attribute ${element.join('_')}`;
  const subject = `${attribute} of the ${SENSORS[type] ?? 'sensor'}`;
  // An alarm has no unit, although some names of node_exporter end in a unit (`node_hwmon_temp_crit_alarm_celsius`).
  if (element.at(-1) === 'alarm') return `${subject}: 1 if the alarm is raised, 0 otherwise.`;
  return unit === undefined ? `${subject}.` : `${subject}, in ${unit}.`;
}
