import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, type Family, gauge, labelsOf } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { type EmittingRead, emitDevices, emittingRead, labelReads } from './support/slow-attributes.ts';

const SUPPLY = 'power_supply';

interface PowerSupplyAttribute {
  readonly attribute: string;
  readonly family: Family<typeof SUPPLY, 'gauge'>;
  /** Number of kernel units in one unit of the family: 1e6 for an attribute in microvolts. */
  readonly divisor: number;
}

/**
 * Returns a function that declares an attribute. The name of the family ends with the name of the attribute unless `name`
 * is passed.
 */
function attributeIn(divisor: number) {
  return (attribute: string, help: string, name = attribute): PowerSupplyAttribute => ({
    attribute,
    family: gauge(`node_power_supply_${name}`, help, [SUPPLY]),
    divisor,
  });
}

const plain = attributeIn(1);
/** Declares an attribute in microamperes, microvolts, microwatts, microampere-hours or microwatt-hours. */
const micro = attributeIn(1e6);
/** Declares an attribute in tenths of a degree. */
const tenths = attributeIn(10);

/** https://docs.kernel.org/power/power_supply_class.html */
const ATTRIBUTES = [
  plain('authentic', 'Whether the battery of the power supply is authentic: 1 if it is, 0 if not.'),
  plain('calibrate', 'Whether the battery of the power supply is being calibrated: 1 if it is, 0 if not.'),
  plain('capacity', 'Charge of the battery, in percent of its full charge.'),
  plain('capacity_alert_max', 'Upper alert threshold for the charge of the battery, in percent.'),
  plain('capacity_alert_min', 'Lower alert threshold for the charge of the battery, in percent.'),
  plain('cycle_count', 'Charge cycles that the battery has gone through.', 'cyclecount'),
  plain('online', 'Whether the power supply provides power: 0 no, 1 at a fixed voltage, 2 at a programmable voltage.'),
  plain('present', 'Whether the battery is present: 1 if it is, 0 if not.'),
  plain('time_to_empty_now', 'Time until the battery is empty, in seconds.', 'time_to_empty_seconds'),
  plain('time_to_full_now', 'Time until the battery is full, in seconds.', 'time_to_full_seconds'),
  micro('charge_control_limit', 'Limit that the charging current of the battery is set to, in amperes.'),
  micro(
    'charge_control_limit_max',
    'Highest limit that the charging current of the battery can be set to, in amperes.',
  ),
  micro(
    'charge_counter',
    'Charge that flowed into the battery minus charge that flowed out since an arbitrary start, in ampere-hours.',
  ),
  micro('charge_empty', 'Charge of the battery when it last became empty, in ampere-hours.'),
  micro('charge_empty_design', 'Charge at which the battery is empty by design, in ampere-hours.'),
  micro('charge_full', 'Charge of the battery when it last became full, in ampere-hours.'),
  micro('charge_full_design', 'Charge at which the battery is full by design, in ampere-hours.'),
  micro('charge_now', 'Charge stored in the battery, in ampere-hours.', 'charge_ampere'),
  micro(
    'charge_term_current',
    'Charging current below which the battery counts as full and charging ends, in amperes.',
  ),
  micro('constant_charge_current', 'Constant charging current that the charger is set to, in amperes.'),
  micro('constant_charge_current_max', 'Highest constant charging current that the power supply supports, in amperes.'),
  micro('constant_charge_voltage', 'Constant charging voltage that the charger is set to, in volts.'),
  micro('constant_charge_voltage_max', 'Highest constant charging voltage that the power supply supports, in volts.'),
  micro('current_boot', 'Current of the power supply, measured during boot, in amperes.'),
  micro('current_max', 'Maximum current of the power supply, in amperes.'),
  micro('current_now', 'Current of the power supply, in amperes.', 'current_ampere'),
  micro('energy_empty', 'Energy of the battery when it last became empty, in watt-hours.'),
  micro('energy_empty_design', 'Energy at which the battery is empty by design, in watt-hours.'),
  micro('energy_full', 'Energy of the battery when it last became full, in watt-hours.'),
  micro('energy_full_design', 'Energy at which the battery is full by design, in watt-hours.'),
  micro('energy_now', 'Energy stored in the battery, in watt-hours.', 'energy_watthour'),
  micro('input_current_limit', 'Limit of the input current that the charger draws, in amperes.'),
  micro('power_now', 'Power that the power supply delivers or draws, in watts.', 'power_watt'),
  micro('precharge_current', 'Charging current during the precharge of the battery, in amperes.'),
  micro('voltage_boot', 'Voltage of the power supply, measured during boot, in volts.'),
  micro('voltage_max', 'Maximum voltage of the power supply, in volts.'),
  micro('voltage_max_design', 'Maximum voltage of the power supply by design, in volts.'),
  micro('voltage_min', 'Minimum voltage of the power supply, in volts.'),
  micro('voltage_min_design', 'Minimum voltage of the power supply by design, in volts.'),
  micro('voltage_now', 'Voltage of the power supply, in volts.', 'voltage_volt'),
  micro('voltage_ocv', 'Voltage of the battery without load (open-circuit voltage), in volts.'),
  tenths('temp', 'Temperature of the power supply, in degrees Celsius.', 'temp_celsius'),
  tenths(
    'temp_alert_max',
    'Upper alert threshold for the temperature of the power supply, in degrees Celsius.',
    'temp_alert_max_celsius',
  ),
  tenths(
    'temp_alert_min',
    'Lower alert threshold for the temperature of the power supply, in degrees Celsius.',
    'temp_alert_min_celsius',
  ),
  tenths('temp_ambient', 'Ambient temperature of the power supply, in degrees Celsius.', 'temp_ambient_celsius'),
  tenths(
    'temp_ambient_max',
    'Highest permitted ambient temperature of the power supply, in degrees Celsius.',
    'temp_ambient_max_celsius',
  ),
  tenths(
    'temp_ambient_min',
    'Lowest permitted ambient temperature of the power supply, in degrees Celsius.',
    'temp_ambient_min_celsius',
  ),
  tenths('temp_max', 'Highest permitted temperature of the power supply, in degrees Celsius.', 'temp_max_celsius'),
  tenths('temp_min', 'Lowest permitted temperature of the power supply, in degrees Celsius.', 'temp_min_celsius'),
];

const LABEL_ATTRIBUTES = [
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
] as const;

const info = gauge('node_power_supply_info', 'Type, state, manufacturer and model of the power supply; always 1.', [
  SUPPLY,
  ...LABEL_ATTRIBUTES,
]);

const CLASS = 'class/power_supply';

/**
 * The driver gets each attribute from the firmware, an embedded controller or a chip on I2C, which may take seconds.
 *
 * https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power
 */
export const powersupplyclass = defineCollector({
  name: 'powersupplyclass',
  flagPrefix: 'powersupply',
  help: 'Batteries, mains adapters and chargers from /sys/class/power_supply',
  flags: { 'ignored-supplies': pattern('Power supplies to exclude.', '^$') },
  create: ({ 'ignored-supplies': ignored }) => ({
    families: [...ATTRIBUTES.map(({ family }) => family), info],
    async collect(host, emit) {
      const supplies = host.sys.list(CLASS).filter((name) => !ignored?.test(name));
      await emitDevices(
        host,
        supplies.map((supply) => listReads(host.sys, emit, supply)),
      );
    },
  }),
});

function listReads(sys: KernelTree, emit: Emit, supply: string): EmittingRead[] {
  const path = `${CLASS}/${supply}`;
  const present = new Set(sys.listIfPresent(path));
  // The power supply was removed after the directory was listed.
  if (present.size === 0 && !sys.exists(path)) return [];
  const labels = LABEL_ATTRIBUTES.filter((attribute) => present.has(attribute) || attribute === 'type');
  return [
    ...ATTRIBUTES.filter(({ attribute }) => present.has(attribute)).map(({ attribute, family, divisor }) =>
      emittingRead(`${path}/${attribute}`, parseIntegerFile, (number) =>
        emit(family, number / divisor, { [SUPPLY]: supply }),
      ),
    ),
    ...labelReads(
      labels.map((attribute) => [attribute, `${path}/${attribute}`]),
      // An absent or empty attribute has no label.
      (texts) => emit(info, 1, { [SUPPLY]: supply, ...labelsOf(LABEL_ATTRIBUTES, (name) => texts[name] || undefined) }),
    ),
  ];
}
