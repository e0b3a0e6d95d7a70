import type { Files } from '../../support/host-tree.ts';
import { attributes, type Pick } from './moment.ts';

/** Returns the files about sensors, power supplies and other hardware. The battery is removed before the second moment. */
export function hardwareFiles(pick: Pick): Files {
  return {
    ...sensorFiles(pick),
    ...attributes('sys/class/thermal/thermal_zone0', { type: 'acpitz', temp: pick(27_800, -500) }),
    ...attributes('sys/class/thermal/cooling_device0', { type: 'Processor', cur_state: pick(0, 2), max_state: 10 }),
    ...attributes('sys/class/power_supply/AC', { type: 'Mains', online: pick(1, 0) }),
    ...pick<Files>(
      attributes('sys/class/power_supply/BAT0', {
        type: 'Battery',
        capacity: 81,
        current_now: -1_234_567,
        temp: 301,
        manufacturer: 'ACME "x" \\ 1',
      }),
      {},
    ),
    ...attributes('sys/class/powercap/intel-rapl:0', {
      name: 'package-0',
      energy_uj: pick('262143328850', '1000000'),
      max_energy_range_uj: '262143328850',
    }),
    ...attributes('sys/devices/system/edac/mc/mc0', {
      ce_count: pick(1, 2),
      ue_count: 0,
      ce_noinfo_count: 3,
      ue_noinfo_count: 4,
    }),
    ...attributes('sys/devices/system/edac/mc/mc0/csrow0', {
      ce_count: 5,
      ue_count: 6,
      ch0_ce_count: pick(7, 8),
      ch0_dimm_label: 'CPU#0csrow0channel0',
    }),
    ...attributes('sys/class/dmi/id', { bios_vendor: 'Firm "ware"', product_name: 'Server\\1', product_uuid: '' }),
    ...attributes('sys/class/watchdog/watchdog0', {
      identity: 'iTCO_wdt',
      state: pick('inactive', 'active'),
      timeout: 30,
      bootstatus: 0,
      options: '0x8180',
      status: '0x0',
    }),
    ...pciFiles(pick),
  };
}

/**
 * Returns the files about the sensors of the board, a processor and a disk. The disk is removed before the second moment.
 */
function sensorFiles(pick: Pick): Files {
  const chip = (node: string, device: string, values: Readonly<Record<string, string | number>>): Files => ({
    ...attributes(`sys/devices/${device}/hwmon/${node}`, values),
    [`sys/devices/${device}/hwmon/${node}/device`]: { link: '../..' },
    [`sys/class/hwmon/${node}`]: { link: `../../devices/${device}/hwmon/${node}` },
  });
  return {
    ...chip('hwmon0', 'platform/coretemp.0', {
      name: 'coretemp',
      temp1_input: pick(45_000, 52_000),
      temp1_label: 'Package id 0',
      temp1_crit: 100_000,
      temp1_crit_alarm: 0,
    }),
    ...chip('hwmon1', 'platform/nct6775.656', {
      name: 'nct6779',
      fan1_input: pick(712, 0),
      in0_input: 792,
      pwm1: 128,
      beep_enable: 0,
    }),
    ...pick<Files>(chip('hwmon2', 'pci0000:00/target1:0:0/1:0:0:0', { name: 'drivetemp', temp1_input: 31_000 }), {}),
  };
}

function pciFiles(pick: Pick): Files {
  const path = 'pci0000:00/0000:00:01.3/0000:01:00.0';
  return {
    ...attributes(`sys/devices/${path}`, {
      class: '0x020000',
      vendor: '0x8086',
      device: '0x1521',
      subsystem_vendor: '0x8086',
      subsystem_device: '0x00a3',
      revision: '0x01',
      current_link_speed: pick('5.0 GT/s PCIe', '2.5 GT/s PCIe'),
      current_link_width: pick(4, 1),
      max_link_speed: '5.0 GT/s PCIe',
      max_link_width: 4,
      numa_node: 1,
      power_state: 'D0',
    }),
    'sys/bus/pci/devices/0000:01:00.0': { link: `../../../devices/${path}` },
  };
}
