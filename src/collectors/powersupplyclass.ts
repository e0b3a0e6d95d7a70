import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { type Family, gauge, labelsOf } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const SUPPLY = 'power_supply';

interface Value {
  readonly attribute: string;
  readonly family: Family<typeof SUPPLY, 'gauge'>;
}

function value(attribute: string, help: string, name = attribute): Value {
  return { attribute, family: gauge(`node_power_supply_${name}`, help, [SUPPLY]) };
}

const PLAIN = [
  value('authentic', 'Whether the battery is the one it says it is.'),
  value('calibrate', 'Whether the battery is being calibrated.'),
  value('capacity', 'Charge of the battery in percent.'),
  value('capacity_alert_max', 'Charge in percent above which the supply raises an alarm.'),
  value('capacity_alert_min', 'Charge in percent below which the supply raises an alarm.'),
  value('cycle_count', 'Times that the battery was charged and discharged.', 'cyclecount'),
  value('online', 'Whether the supply is connected: 1 or 2 (programmable) if it is.'),
  value('present', 'Whether the battery is there.'),
  value('time_to_empty_now', 'Seconds until the battery is empty.', 'time_to_empty_seconds'),
  value('time_to_full_now', 'Seconds until the battery is full.', 'time_to_full_seconds'),
];

const MILLIONTHS = [
  value('charge_control_limit', 'Current the battery is charged with now, as a limit, in amperes.'),
  value('charge_control_limit_max', 'Largest limit of the current to charge with, in amperes.'),
  value('charge_counter', 'Charge that went in and out of the battery, in ampere hours.'),
  value('charge_empty', 'Charge at which the battery counts as empty, in ampere hours.'),
  value('charge_empty_design', 'Charge at which the battery was designed to count as empty, in ampere hours.'),
  value('charge_full', 'Charge of the full battery, in ampere hours.'),
  value('charge_full_design', 'Charge of the full battery when it was new, in ampere hours.'),
  value('charge_now', 'Charge of the battery, in ampere hours.', 'charge_ampere'),
  value('charge_term_current', 'Current below which charging ends, in amperes.'),
  value('constant_charge_current', 'Current the battery is charged with, in amperes.'),
  value('constant_charge_current_max', 'Largest current the battery can be charged with, in amperes.'),
  value('constant_charge_voltage', 'Voltage the battery is charged with, in volts.'),
  value('constant_charge_voltage_max', 'Largest voltage the battery can be charged with, in volts.'),
  value('current_boot', 'Current when the machine was booted, in amperes.'),
  value('current_max', 'Largest current, in amperes.'),
  value('current_now', 'Current, in amperes.', 'current_ampere'),
  value('energy_empty', 'Energy at which the battery counts as empty, in watt hours.'),
  value('energy_empty_design', 'Energy at which the battery was designed to count as empty, in watt hours.'),
  value('energy_full', 'Energy of the full battery, in watt hours.'),
  value('energy_full_design', 'Energy of the full battery when it was new, in watt hours.'),
  value('energy_now', 'Energy in the battery, in watt hours.', 'energy_watthour'),
  value('input_current_limit', 'Limit of the current that comes in, in amperes.'),
  value('power_now', 'Power, in watts.', 'power_watt'),
  value('precharge_current', 'Current an empty battery is charged with at first, in amperes.'),
  value('voltage_boot', 'Voltage when the machine was booted, in volts.'),
  value('voltage_max', 'Largest voltage, in volts.'),
  value('voltage_max_design', 'Largest voltage by design, in volts.'),
  value('voltage_min', 'Smallest voltage, in volts.'),
  value('voltage_min_design', 'Smallest voltage by design, in volts.'),
  value('voltage_now', 'Voltage, in volts.', 'voltage_volt'),
  value('voltage_ocv', 'Voltage without a load, in volts.'),
];

const TENTHS = [
  value('temp', 'Temperature in degrees Celsius.', 'temp_celsius'),
  value('temp_alert_max', 'Temperature above which the supply raises an alarm.', 'temp_alert_max_celsius'),
  value('temp_alert_min', 'Temperature below which the supply raises an alarm.', 'temp_alert_min_celsius'),
  value('temp_ambient', 'Temperature around the supply in degrees Celsius.', 'temp_ambient_celsius'),
  value('temp_ambient_max', 'Highest temperature around the supply that it works at.', 'temp_ambient_max_celsius'),
  value('temp_ambient_min', 'Lowest temperature around the supply that it works at.', 'temp_ambient_min_celsius'),
  value('temp_max', 'Highest temperature it works at, in degrees Celsius.', 'temp_max_celsius'),
  value('temp_min', 'Lowest temperature it works at, in degrees Celsius.', 'temp_min_celsius'),
];

const info = gauge('node_power_supply_info', 'What the supply says of itself; always 1.', [
  SUPPLY,
  'capacity_level',
  'charge_type',
  'health',
  'manufacturer',
  'model_name',
  'serial_number',
  'status',
  'technology',
  'type',
  'usb_type',
  'scope',
]);

const VALUES = [
  ...PLAIN.map((declared) => ({ ...declared, inBaseUnit: (number: number) => number })),
  ...MILLIONTHS.map((declared) => ({ ...declared, inBaseUnit: (number: number) => number / 1e6 })),
  ...TENTHS.map((declared) => ({ ...declared, inBaseUnit: (number: number) => number / 10 })),
];

const CLASS = 'class/power_supply';

/**
 * How drivers say that they have no value for an attribute now, while the others have theirs. ENODATA: the battery was
 * taken out, or does not know. EAGAIN: it is asleep. EINVAL: the firmware's answer makes no sense. EIO: a charger on I2C
 * does not answer. EACCES: write-only attributes.
 */
const NO_VALUE: ReadonlySet<string> = new Set(['ENODATA', 'EAGAIN', 'EINVAL', 'EIO', 'EACCES']);

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power */
export const powersupplyclass = defineCollector({
  name: 'powersupplyclass',
  flagPrefix: 'powersupply',
  help: 'Batteries, mains and chargers from /sys/class/power_supply',
  flags: { 'ignored-supplies': pattern('Power supplies to leave out.', '^$') },
  create: ({ 'ignored-supplies': ignored }) => ({
    families: [...VALUES.map(({ family }) => family), info],
    async collect({ sys }, emit) {
      const supplies = sys.list(CLASS).filter((name) => !ignored?.test(name));
      await forEachItem(supplies, (supply) => {
        const attributes = new Set(sys.list(`${CLASS}/${supply}`));
        const read = <T>(attribute: string, parse: (text: string) => T): T | undefined => {
          if (!attributes.has(attribute)) return undefined;
          return sys.readIfPresent(`${CLASS}/${supply}/${attribute}`, parse, { ignoreErrno: NO_VALUE });
        };
        const numbers = VALUES.map(({ attribute }) => read(attribute, parseIntegerFile));
        // An attribute that says nothing makes no label.
        const labels = labelsOf(info.labels, (name) => (name === SUPPLY ? supply : read(name, parseText) || undefined));
        for (const [index, { family, inBaseUnit }] of VALUES.entries()) {
          const number = numbers[index];
          if (number !== undefined) emit(family, inBaseUnit(number), { [SUPPLY]: supply });
        }
        emit(info, 1, labels);
      });
    },
  }),
});
