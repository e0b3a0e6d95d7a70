import { attempt, defineCollector } from '../../collection/collector.ts';
import { text, toggle } from '../../flags/flag.ts';
import type { KernelTree } from '../../host/host.ts';
import type { Emit } from '../../metrics/metric.ts';
import { parseText } from '../../parse/lines.ts';
import type { PciLocation } from '../../parse/pci.ts';
import { type EmittedValue, emitDevices, emittingRead, inMemory } from '../support/slow-attributes.ts';
import { type PciDevice, type PciIdentity, readDevice } from './device.ts';
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
        const devices = host.sys
          .list(DEVICES)
          .flatMap((entry) => attempt(host, () => readDevice(host.sys, `${DEVICES}/${entry}`)) ?? []);
        const ids = devices.flatMap(({ identity }) => identity?.ids ?? []);
        const names = hasNames && ids.length > 0 ? await attempt(host, () => readNames(host, ids)) : undefined;
        for (const { location, identity } of devices) {
          if (identity !== undefined) emitInfo(emit, location, { ...identity, names });
        }
        await emitDevices(
          host,
          devices.map((device) => listValues(host.sys, emit, device)),
        );
      },
    };
  },
});

interface NamedIdentity extends PciIdentity {
  readonly names: PciNames | undefined;
}

function emitInfo(emit: Emit, location: PciLocation, { parent, ids, names }: NamedIdentity): void {
  emit(info, 1, {
    ...location,
    parent_segment: parent?.segment ?? '*',
    parent_bus: parent?.bus ?? '*',
    parent_device: parent?.device ?? '*',
    parent_function: parent?.function ?? '*',
    ...ids,
    ...nameLabels(ids, names),
  });
}

function listValues(sys: KernelTree, emit: Emit, { path, location }: PciDevice): EmittedValue[] {
  const attributes = new Set(sys.listIfPresent(path));
  const numbers = NUMBERS.flatMap(({ attribute, family, parse, missing, isSlow }): EmittedValue[] => {
    const emitNumber = (value: number | undefined): void => {
      if (value !== undefined) emit(family, value, location);
    };
    if (!attributes.has(attribute)) return [() => emitNumber(missing)];
    const read = emittingRead(`${path}/${attribute}`, parse, (value) => emitNumber(value ?? missing));
    return [isSlow ? read : inMemory(read)];
  });
  if (!attributes.has('power_state')) return numbers;
  const emitPowerState = (current: string): void => {
    if (current === '') return;
    for (const state of POWER_STATES) emit(powerState, state === current ? 1 : 0, { ...location, state });
  };
  return [...numbers, inMemory(emittingRead(`${path}/power_state`, parseText, emitPowerState))];
}
