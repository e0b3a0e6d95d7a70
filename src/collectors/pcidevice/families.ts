import { gauge } from '../../metrics/metric.ts';
import { parseIntegerFile } from '../../parse/lines.ts';
import { parseLinkSpeed, parseLinkWidth } from '../../parse/pci.ts';

const LOCATION = ['segment', 'bus', 'device', 'function'] as const;

export const info = gauge('node_pcidevice_info', 'Parent device, IDs and names of the PCI device; always 1.', [
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

export const powerState = gauge(
  'node_pcidevice_power_state',
  'Power state of the PCI device: 1 for the current state, 0 for all other states.',
  [...LOCATION, 'state'],
);

export const POWER_STATES = ['D0', 'D1', 'D2', 'D3hot', 'D3cold', 'unknown', 'error'];

/** Values that node_exporter emits for an attribute that the device lacks: -1 or 0. Dashboards rely on these values. */
const UNKNOWN = -1;
const NONE = 0;

/** An attribute of a PCI device that holds a number. */
interface PciAttribute {
  readonly parse: (text: string) => number | undefined;
  /** Value for a device that lacks the attribute; if `undefined`, such a device has no series. */
  readonly missing: number | undefined;
  /** Name of the attribute, if it differs from the name of the metric. */
  readonly attribute?: string;
  /** Whether the read may wait. Default: false, because the kernel has the value in memory. */
  readonly isSlow?: boolean;
}

function number(name: string, help: string, { attribute = name, isSlow = false, ...rest }: PciAttribute) {
  return { family: gauge(`node_pcidevice_${name}`, help, LOCATION), attribute, isSlow, ...rest };
}

export const NUMBERS = [
  number(
    'max_link_transfers_per_second',
    'Maximum speed of the link of the PCI device, in transfers per second; -1 if unknown.',
    { attribute: 'max_link_speed', parse: parseLinkSpeed, missing: UNKNOWN },
  ),
  number('max_link_width', 'Maximum width of the link of the PCI device, in lanes; -1 if unknown.', {
    parse: parseLinkWidth,
    missing: UNKNOWN,
    // Current kernels wake a suspended device before they read its link registers.
    isSlow: true,
  }),
  number(
    'current_link_transfers_per_second',
    'Current speed of the link of the PCI device, in transfers per second; -1 if unknown.',
    { attribute: 'current_link_speed', parse: parseLinkSpeed, missing: UNKNOWN, isSlow: true },
  ),
  number('current_link_width', 'Current width of the link of the PCI device, in lanes; -1 if unknown.', {
    parse: parseLinkWidth,
    missing: UNKNOWN,
    isSlow: true,
  }),
  number('d3cold_allowed', 'Whether the PCI device may enter the power state D3cold: 1 if it may, 0 if not.', {
    parse: parseIntegerFile,
    missing: NONE,
  }),
  number(
    'sriov_drivers_autoprobe',
    'Whether drivers bind to new virtual functions of the PCI device automatically: 1 if they do, 0 if not.',
    { parse: parseIntegerFile, missing: NONE },
  ),
  number('sriov_numvfs', 'Enabled virtual functions (SR-IOV) of the PCI device.', {
    parse: parseIntegerFile,
    missing: NONE,
    // The lock of the device is held while its driver creates virtual functions.
    isSlow: true,
  }),
  number('sriov_totalvfs', 'Maximum number of virtual functions (SR-IOV) that the PCI device supports.', {
    parse: parseIntegerFile,
    missing: NONE,
  }),
  number(
    'sriov_vf_total_msix',
    'MSI-X interrupt vectors available to all virtual functions (SR-IOV) of the PCI device.',
    {
      parse: parseIntegerFile,
      missing: NONE,
      isSlow: true,
    },
  ),
  number('numa_node', 'NUMA node of the PCI device.', { parse: parseNumaNode, missing: undefined }),
];

/** Returns `undefined` for -1, which the kernel prints for a device without a NUMA node, such as on a host with one node. */
function parseNumaNode(text: string): number | undefined {
  const node = parseIntegerFile(text);
  return node === -1 ? undefined : node;
}
