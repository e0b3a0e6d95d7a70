import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hwmon } from '../../../src/collectors/hwmon/hwmon.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';
import { failReads } from '../../support/mock-reads.ts';

/** Returns the files of a hwmon node and its device, with the symbolic links of the kernel. */
function chip(node: string, device: string, attributes: Readonly<Record<string, string>>): Files {
  const files = Object.entries(attributes).map(([name, text]) => [`sys/devices/${device}/hwmon/${node}/${name}`, text]);
  return {
    ...Object.fromEntries(files),
    [`sys/devices/${device}/hwmon/${node}/device`]: { link: '../..' },
    [`sys/class/hwmon/${node}`]: { link: `../../devices/${device}/hwmon/${node}` },
  };
}

const CORETEMP = chip('hwmon0', 'platform/coretemp.0', {
  name: 'coretemp\n',
  uevent: '',
  temp1_input: '45000\n',
  temp1_label: 'Package id 0\n',
  temp1_crit_alarm: '0\n',
});

test('hwmon names frequency sensors with the same label by their number', async () => {
  await using machine = await createHostTree(
    chip('hwmon3', 'pci0000:00/0000:03:00.0', {
      freq1_input: '1000000\n',
      freq1_label: 'sclk\n',
      freq2_input: '2000000\n',
      freq2_label: 'SCLK\n',
      freq3_input: '3000000\n',
      freq3_label: 'mclk\n',
    }),
  );
  const { lines } = await collect(hwmon, machine.host);
  assert.deepEqual(
    lines.filter((line) => line.includes('_mhz')),
    ['freq1', 'freq2', 'mclk'].map(
      (sensor, index) => `node_hwmon_freq_freq_mhz{chip="pci0000:00_0000:03:00_0",sensor="${sensor}"} ${index + 1}`,
    ),
  );
});

test('hwmon emits the values of sensors in base units', async () => {
  await using machine = await createHostTree(
    chip('hwmon3', 'pci0000:00/0000:03:00.0', {
      beep_enable: '1\n',
      curr1_input: '3333\n',
      energy1_input: '123456789\n',
      fan1_input: '712\n',
      fan1_beep: '1\n',
      freq1_input: '2100000000\n',
      freq1_label: 'SCLK x\n',
      freq2_input: '300000000\n',
      in0_input: '792\n',
      power1_average: '85000000\n',
      pwm1: '128\n',
      temp1_input: '-12345\n',
      update_interval: '1500\n',
      vrm: '90\n',
    }),
  );
  const labels = (sensor: string): string => `{chip="pci0000:00_0000:03:00_0",sensor="${sensor}"}`;
  assert.deepEqual(await collect(hwmon, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_hwmon_beep_enabled${labels('beep_enable0')} 1`,
      `node_hwmon_curr_amps${labels('curr1')} 3.333`,
      `node_hwmon_energy_joule_total${labels('energy1')} 123.456789`,
      `node_hwmon_fan_beep_enabled${labels('fan1')} 1`,
      `node_hwmon_fan_rpm${labels('fan1')} 712`,
      'node_hwmon_sensor_label{chip="pci0000:00_0000:03:00_0",sensor="freq1",label="SCLK x"} 1',
      `node_hwmon_freq_freq_mhz${labels('sclk_x')} 2100`,
      `node_hwmon_in_volts${labels('in0')} 0.792`,
      `node_hwmon_power_average_watt${labels('power1')} 85`,
      `node_hwmon_pwm${labels('pwm1')} 128`,
      `node_hwmon_temp_celsius${labels('temp1')} -12.345`,
      `node_hwmon_update_interval_seconds${labels('update_interval0')} 1.5`,
      `node_hwmon_voltage_regulator_version${labels('vrm0')} 90`,
    ],
  });
});

test('hwmon emits the name of a chip and the labels of its sensors', async () => {
  await using machine = await createHostTree(CORETEMP);
  assert.deepEqual(await collect(hwmon, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1',
      'node_hwmon_sensor_label{chip="platform_coretemp_0",sensor="temp1",label="Package id 0"} 1',
      'node_hwmon_temp_crit_alarm_celsius{chip="platform_coretemp_0",sensor="temp1"} 0',
      'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 45',
    ],
  });
});

test('hwmon labels a chip by its device, or else by its name, or else by its node', async () => {
  await using machine = await createHostTree({
    ...chip('hwmon0', 'platform/NCT6775.656', { temp1_input: '1000\n' }),
    'sys/devices/virtual/hwmon/hwmon1/name': 'BAT-0\n',
    'sys/devices/virtual/hwmon/hwmon1/temp1_input': '2000\n',
    'sys/class/hwmon/hwmon1': { link: '../../devices/virtual/hwmon/hwmon1' },
    'sys/class/hwmon/hwmon2/temp1_input': '3000\n',
    'sys/class/hwmon/hwmon3': { link: '../../devices/gone' },
  });
  assert.deepEqual((await collect(hwmon, machine.host)).lines, [
    'node_hwmon_temp_celsius{chip="platform_nct6775_656",sensor="temp1"} 1',
    'node_hwmon_temp_celsius{chip="bat_0",sensor="temp1"} 2',
    'node_hwmon_temp_celsius{chip="hwmon2",sensor="temp1"} 3',
    'node_hwmon_chip_names{chip="bat_0",chip_name="bat_0"} 1',
  ]);
});

test('hwmon distinguishes the chips of one device by their names, or else by their nodes', async () => {
  const device = 'platform/asus-nb-wmi';
  await using machine = await createHostTree({
    ...chip('hwmon1', device, { name: 'asus\n', pwm1: '1\n' }),
    ...chip('hwmon2', device, { name: 'asus\n', pwm1: '2\n' }),
    ...chip('hwmon3', device, { name: 'WMI sensors\n', pwm1: '3\n' }),
    ...chip('hwmon4', device, { pwm1: '4\n' }),
  });
  const { lines } = await collect(hwmon, machine.host);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_hwmon_pwm')),
    [
      'node_hwmon_pwm{chip="platform_asus_nb_wmi_hwmon1",sensor="pwm1"} 1',
      'node_hwmon_pwm{chip="platform_asus_nb_wmi_hwmon2",sensor="pwm1"} 2',
      'node_hwmon_pwm{chip="platform_asus_nb_wmi_wmi_sensors",sensor="pwm1"} 3',
      'node_hwmon_pwm{chip="platform_asus_nb_wmi_hwmon4",sensor="pwm1"} 4',
    ],
  );
});

test('hwmon reads the sensors in the directory of the device', async () => {
  await using machine = await createHostTree({
    ...chip('hwmon0', 'platform/applesmc.768', {}),
    'sys/devices/platform/applesmc.768/fan1_max': '6156\n',
    'sys/devices/platform/applesmc.768/hwmon/hwmon0/uevent': '',
  });
  assert.deepEqual((await collect(hwmon, machine.host)).lines, [
    'node_hwmon_fan_max_rpm{chip="platform_applesmc_768",sensor="fan1"} 6156',
  ]);
});

test('hwmon leaves out a sensor without a reading and attributes that are not numbers', async (context) => {
  await using machine = await createHostTree(
    chip('hwmon0', 'platform/it87.2608', {
      fan1_input: '1098\n',
      power1_oem_info: 'acme\n',
      temp1_input: '45000 \n',
      temp2_input: '\n',
      temp3_input: '30000\n',
    }),
  );
  failReads(context, /fan1_input$/, 'ENODATA');
  assert.deepEqual(await collect(hwmon, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_hwmon_temp_celsius{chip="platform_it87_2608",sensor="temp1"} 45',
      'node_hwmon_temp_celsius{chip="platform_it87_2608",sensor="temp3"} 30',
    ],
  });
});

test('hwmon reports a reading that is not a number, on the main thread and off it', async () => {
  await using machine = await createHostTree({
    ...chip('hwmon0', 'platform/it87.2608', { in0_input: 'N/A\n', in1_input: '12000\n', in1_max: 'off\n' }),
    ...chip('hwmon1', 'platform/coretemp.0', { name: 'coretemp\n', temp1_crit: '?\n', temp1_input: '31000\n' }),
  });
  const { errors, ...result } = await collect(hwmon, machine.host);
  // Reads that run at the same time end in any order.
  assert.deepEqual(
    { ...result, errors: errors.toSorted() },
    {
      state: 'failed',
      errors: [
        'Cannot parse /sys/class/hwmon/hwmon0/in0_input: expected a number, got "N/A"',
        'Cannot parse /sys/class/hwmon/hwmon0/in1_max: expected a number, got "off"',
        'Cannot parse /sys/class/hwmon/hwmon1/temp1_crit: expected a number, got "?"',
      ],
      lines: [
        'node_hwmon_in_volts{chip="platform_it87_2608",sensor="in1"} 12',
        'node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1',
        'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 31',
      ],
    },
  );
});

test('hwmon drops a sensor that cannot be read and keeps the others of the chip', async () => {
  await using machine = await createHostTree({
    ...CORETEMP,
    ...chip('hwmon1', 'platform/broken.0', { temp1_input: '1000\n', 'temp2_input/file': '', 'name/file': '' }),
  });
  const { state, errors, lines } = await collect(hwmon, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors.toSorted(), [
    'Cannot read /sys/class/hwmon/hwmon1/name: is a directory',
    'Cannot read /sys/class/hwmon/hwmon1/temp2_input: is a directory',
  ]);
  assert.equal(lines.length, 5);
  assert.ok(lines.includes('node_hwmon_temp_celsius{chip="platform_broken_0",sensor="temp1"} 1'));
});

/** Drivers of I2C and PMBus chips return these errors for a register that cannot be read. */
for (const code of [
  'EREMOTEIO',
  'EIO',
  'ENXIO',
  'ETIMEDOUT',
  'EAGAIN',
  'EPROTO',
  'ENODATA',
  'EINVAL',
  'EPERM',
  'EBUSY',
]) {
  test(`hwmon loses only the sensor whose read fails with ${code}`, async (context) => {
    await using machine = await createHostTree(
      chip('hwmon2', 'pci0000:00/i2c-3/3-0064', {
        name: 'ucd9090\n',
        in1_input: '3300\n',
        in2_input: '1800\n',
        temp1_input: '41000\n',
      }),
    );
    const { lines: all } = await collect(hwmon, machine.host);
    failReads(context, /in1_input$/, code);
    const { state, lines } = await collect(hwmon, machine.host);
    assert.equal(state, ['ENXIO', 'EAGAIN', 'ENODATA', 'EINVAL', 'EPERM'].includes(code) ? 'ok' : 'failed');
    assert.deepEqual(
      lines,
      all.filter((line) => !line.includes('in1')),
    );
    assert.equal(lines.length, 3);
  });
}

test('hwmon reads a chip on a slow bus asynchronously', async () => {
  const device = 'pci0000:00/0000:00:1f.4/i2c-0/0-0048';
  await using machine = await createHostTree({
    ...chip('hwmon0', device, { name: 'lm75\n', temp1_input: '21500\n' }),
    [`sys/devices/${device}/subsystem`]: { link: '../../../../../bus/i2c' },
  });
  assert.deepEqual((await collect(hwmon, machine.host)).lines, [
    'node_hwmon_chip_names{chip="i2c_0_0_0048",chip_name="lm75"} 1',
    'node_hwmon_temp_celsius{chip="i2c_0_0_0048",sensor="temp1"} 21.5',
  ]);
});

test('hwmon emits the chips and sensors that its flags include', async () => {
  await using machine = await createHostTree({
    ...chip('hwmon0', 'platform/a', { temp1_input: '1000\n', temp2_input: '2000\n' }),
    ...chip('hwmon1', 'platform/b', { temp1_input: '3000\n' }),
  });
  const flags = { 'collector.hwmon.chip-exclude': /_b$/, 'collector.hwmon.sensor-include': /^platform_a;temp2$/ };
  assert.deepEqual((await collect(hwmon, machine.host, flags)).lines, [
    'node_hwmon_temp_celsius{chip="platform_a",sensor="temp2"} 2',
  ]);
});

test('hwmon is absent without /sys/class/hwmon', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(hwmon, machine.host), { state: 'absent', errors: [], lines: [] });
});
