import { basename, dirname } from 'node:path';
import { defineCollector, forEachItem } from '../collection/collector.ts';
import { text, toggle } from '../flags/flag.ts';
import { AbsentError, type Host, type KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { type PciLocation, parseLinkSpeed, parseLinkWidth, parsePciLocation, parseRegister } from '../parse/pci.ts';
import { parsePciIds } from '../parse/pci-ids.ts';

const LOCATION = ['segment', 'bus', 'device', 'function'] as const;

const info = gauge('node_pcidevice_info', 'What the PCI device says of itself; always 1.', [
  ...LOCATION,
  'parent_segment',
  'parent_bus',
  'parent_device',
  'parent_function',
  'class_id',
  'vendor_id',
  'device_id',
  'subsystem_vendor_id',
  'subsystem_device_id',
  'revision',
  'vendor_name',
  'device_name',
  'subsystem_vendor_name',
  'subsystem_device_name',
  'class_name',
]);
const powerState = gauge('node_pcidevice_power_state', 'Power state: 1 for the one it is in, 0 for all others.', [
  ...LOCATION,
  'state',
]);

/** What node_exporter prints for a device without the attribute: its dashboards expect it. */
const UNKNOWN = -1;
const NONE = 0;

const NUMBERS = [
  number('max_link_transfers_per_second', 'Transfers per second that the link is capable of; -1 unknown.', {
    attribute: 'max_link_speed',
    parse: parseLinkSpeed,
    missing: UNKNOWN,
  }),
  number('max_link_width', 'Lanes that the link is capable of; -1 unknown.', {
    parse: parseLinkWidth,
    missing: UNKNOWN,
  }),
  number('current_link_transfers_per_second', 'Transfers per second that the link is at; -1 unknown.', {
    attribute: 'current_link_speed',
    parse: parseLinkSpeed,
    missing: UNKNOWN,
  }),
  number('current_link_width', 'Lanes that the link uses; -1 unknown.', { parse: parseLinkWidth, missing: UNKNOWN }),
  number('d3cold_allowed', 'Whether the device may lose its power.', { parse: parseIntegerFile, missing: NONE }),
  number('sriov_drivers_autoprobe', 'Whether drivers take the virtual functions as they come.', {
    parse: parseIntegerFile,
    missing: NONE,
  }),
  number('sriov_numvfs', 'Virtual functions that are enabled.', { parse: parseIntegerFile, missing: NONE }),
  number('sriov_totalvfs', 'Virtual functions that the device can have.', { parse: parseIntegerFile, missing: NONE }),
  number('sriov_vf_total_msix', 'Interrupt vectors for all virtual functions.', {
    parse: parseIntegerFile,
    missing: NONE,
  }),
  number('numa_node', 'NUMA node that the device is at.', { parse: parseNumaNode, missing: undefined }),
];

interface Reading {
  /** Where the name of the metric is not the attribute's. */
  readonly attribute?: string;
  readonly parse: (text: string) => number | undefined;
  readonly missing: number | undefined;
}

function number(name: string, help: string, { attribute = name, parse, missing }: Reading) {
  return { family: gauge(`node_pcidevice_${name}`, help, LOCATION), attribute, parse, missing };
}

/** The kernel says -1 where there is only one node. */
function parseNumaNode(attribute: string): number | undefined {
  const node = parseIntegerFile(attribute);
  return node === -1 ? undefined : node;
}

const STATES = ['D0', 'D1', 'D2', 'D3hot', 'D3cold', 'unknown', 'error'];

const DEVICES = 'bus/pci/devices';
const NAMES = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'];

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-bus-pci */
export const pcidevice = defineCollector({
  name: 'pcidevice',
  help: 'PCI devices and their links from /sys/bus/pci/devices',
  enabled: false,
  flags: {
    names: toggle('Label devices with their names from pci.ids.'),
    idsfile: text('The pci.ids to use; otherwise the one of the host, in /usr/share/misc or hwdata.', 'FILE'),
  },
  create({ names: hasNames, idsfile }) {
    const namesOf = nameReader(idsfile);
    return {
      families: [info, ...NUMBERS.map(({ family }) => family), powerState],
      async collect(host, emit) {
        const devices: Device[] = [];
        try {
          await forEachItem(host.sys.list(DEVICES), (entry) => {
            devices.push(readDevice(host.sys, entry));
          });
        } finally {
          // Those that could be read, whatever became of the others.
          const names = hasNames && devices.length > 0 ? await namesOf(host, devices) : undefined;
          for (const device of devices) emitDevice(emit, device, names);
        }
      },
    };
  },
});

interface Device {
  readonly location: PciLocation;
  /** None below the root of a bus. */
  readonly parent: PciLocation | undefined;
  readonly ids: Ids;
  /** In the order of {@link NUMBERS}. */
  readonly numbers: readonly (number | undefined)[];
  readonly powerState: string | undefined;
}

/** Registers as hexadecimal texts: `0x8086`. */
interface Ids {
  readonly class_id: string;
  readonly vendor_id: string;
  readonly device_id: string;
  readonly subsystem_vendor_id: string;
  readonly subsystem_device_id: string;
  readonly revision: string;
}

function readDevice(sys: KernelTree, entry: string): Device {
  const folder = `${DEVICES}/${entry}`;
  const link = sys.readlink(folder);
  if (link === undefined) throw new AbsentError(`Cannot find ${sys.path(folder)}: the device is gone`);
  const parent = basename(dirname(link));
  const attributes = new Set(sys.list(folder));
  const find = <T>(name: string, parse: (text: string) => T): T | undefined =>
    attributes.has(name) ? sys.readIfPresent(`${folder}/${name}`, parse) : undefined;
  const register = (name: string): string => sys.read(`${folder}/${name}`, parseRegister);
  return {
    location: parsePciLocation(basename(link)),
    parent: /^[0-9a-f]+:/.test(parent) ? parsePciLocation(parent) : undefined,
    ids: {
      class_id: register('class'),
      vendor_id: register('vendor'),
      device_id: register('device'),
      subsystem_vendor_id: register('subsystem_vendor'),
      subsystem_device_id: register('subsystem_device'),
      revision: register('revision'),
    },
    numbers: NUMBERS.map(({ attribute, parse, missing }) => find(attribute, parse) ?? missing),
    powerState: find('power_state', parseText) || undefined,
  };
}

function emitDevice(emit: Emit, { location, parent, ids, numbers, powerState: current }: Device, names?: Names): void {
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
    const value = numbers[index];
    if (value !== undefined) emit(family, value, location);
  }
  if (current === undefined) return;
  for (const state of STATES) emit(powerState, state === current ? 1 : 0, { ...location, state });
}

type Names = ReadonlyMap<string, string>;

/** Reads pci.ids again only when there are other devices than before: it has 40,000 lines. */
function nameReader(file: string): (host: Host, devices: readonly Device[]) => Promise<Names> {
  let last: { readonly key: string; readonly names: Names } = { key: '', names: new Map() };
  return async (host, devices) => {
    const wanted = new Set(devices.flatMap(({ ids }) => Object.values(keysOf(ids))));
    const key = [...wanted].join();
    if (key !== last.key) last = { key, names: await readNames(host, file, wanted) };
    return last.names;
  };
}

async function readNames(host: Host, file: string, wanted: ReadonlySet<string>): Promise<Names> {
  const parse = (ids: string): Names => parsePciIds(ids, wanted);
  if (file !== '') return host.files.read(file, parse);
  for (const path of NAMES) {
    const names = await host.rootfs.readIfPresent(path, parse);
    if (names !== undefined) return names;
  }
  return new Map();
}

function keysOf({ class_id, vendor_id, device_id, subsystem_vendor_id, subsystem_device_id }: Ids) {
  const [code, vendor, device] = [class_id.slice(2), vendor_id.slice(2), device_id.slice(2)];
  const subsystemVendor = subsystem_vendor_id.slice(2);
  return {
    interface: `C${code}`,
    subclass: `C${code.slice(0, 4)}`,
    class: `C${code.slice(0, 2)}`,
    vendor,
    device: `${vendor}:${device}`,
    subsystemVendor,
    subsystem: `${vendor}:${device}:${subsystemVendor}:${subsystem_device_id.slice(2)}`,
  };
}

/** What has no name is called by its number. */
function nameLabels(ids: Ids, names: Names | undefined) {
  const keys = keysOf(ids);
  const label = (key: string, fallback: string): string | undefined =>
    names === undefined ? undefined : (names.get(key) ?? fallback);
  const base = label(keys.class, `Unknown class (${ids.class_id.slice(2)})`);
  return {
    vendor_name: label(keys.vendor, keys.vendor),
    device_name: label(keys.device, ids.device_id.slice(2)),
    subsystem_vendor_name: label(keys.subsystemVendor, keys.subsystemVendor),
    subsystem_device_name: label(keys.subsystem, ids.subsystem_device_id.slice(2)),
    class_name: names?.get(keys.interface) ?? names?.get(keys.subclass) ?? base,
  };
}
