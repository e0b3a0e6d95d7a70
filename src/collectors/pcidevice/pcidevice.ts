import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { text, toggle } from '../../flags/flag.ts';
import type { Emit } from '../../metrics/metric.ts';
import { type PciDevice, readDevice } from './device.ts';
import { info, NUMBERS, POWER_STATES, powerState } from './families.ts';
import { createNameReader, nameLabels, type PciNames } from './names.ts';

const DEVICES = 'bus/pci/devices';

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-bus-pci */
export const pcidevice = defineCollector({
  name: 'pcidevice',
  help: 'PCI devices and their links from /sys/bus/pci/devices',
  enabled: false,
  flags: {
    names: toggle('Label PCI devices with their names from pci.ids.'),
    idsfile: text(
      "Path of pci.ids; without it, the exporter reads the host's file in /usr/share/misc or /usr/share/hwdata.",
      'FILE',
    ),
  },
  create({ names: hasNames, idsfile }) {
    const readNames = createNameReader(idsfile);
    return {
      families: [info, ...NUMBERS.map(({ family }) => family), powerState],
      async collect(host, emit) {
        const devices: PciDevice[] = [];
        try {
          await forEachItem(host.sys.list(DEVICES), (entry) => {
            devices.push(readDevice(host.sys, `${DEVICES}/${entry}`));
          });
        } finally {
          // If reading one device fails, the other devices are emitted.
          const ids = devices.map((device) => device.ids);
          const names = hasNames && devices.length > 0 ? await readNames(host, ids) : undefined;
          for (const device of devices) emitDevice(emit, device, names);
        }
      },
    };
  },
});

function emitDevice(emit: Emit, device: PciDevice, names: PciNames | undefined): void {
  const { location, parent, ids } = device;
  emit(info, 1, {
    ...location,
    parent_segment: parent?.segment ?? '*',
    parent_bus: parent?.bus ?? '*',
    parent_device: parent?.device ?? '*',
    parent_function: parent?.function ?? '*',
    ...ids,
    ...nameLabels(ids, names),
  });
  for (const [index, { family }] of NUMBERS.entries()) {
    const value = device.numbers[index];
    if (value !== undefined) emit(family, value, location);
  }
  if (device.powerState === undefined) return;
  for (const state of POWER_STATES) emit(powerState, state === device.powerState ? 1 : 0, { ...location, state });
}
