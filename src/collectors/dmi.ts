import { defineCollector } from '../collection/collector.ts';
import { AbsentError, type KernelTree } from '../host/host.ts';
import { gauge, type Labels, labelsOf } from '../metrics/metric.ts';
import { parseText } from '../parse/lines.ts';

const info = gauge(
  'node_dmi_info',
  "Names and versions of the host's hardware and firmware from its DMI tables; always 1.",
  [
    'bios_date',
    'bios_release',
    'bios_vendor',
    'bios_version',
    'board_asset_tag',
    'board_name',
    'board_serial',
    'board_vendor',
    'board_version',
    'chassis_asset_tag',
    'chassis_serial',
    'chassis_vendor',
    'chassis_version',
    'product_family',
    'product_name',
    'product_serial',
    'product_sku',
    'product_uuid',
    'product_version',
    'system_vendor',
  ],
);

type DmiLabels = Labels<(typeof info.labels)[number]>;

const CLASS = 'class/dmi/id';

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-dmi */
export const dmi = defineCollector({
  name: 'dmi',
  help: 'Names of the hardware and firmware from /sys/class/dmi/id, which is read once',
  create() {
    let cached: DmiLabels | undefined;
    return {
      families: [info],
      collect(host, emit) {
        let hasFailed = false;
        const report = (error: Error): void => {
          hasFailed = true;
          host.report(error);
        };
        const labels = cached ?? readLabels(host.forCollector(report).sys);
        // Cache the names: they cannot change before the next boot.
        if (!hasFailed) cached = labels;
        emit(info, 1, labels);
      },
    };
  },
});

function readLabels(sys: KernelTree): DmiLabels {
  const attributes = new Set(sys.list(CLASS));
  const labels = labelsOf(info.labels, (label) => {
    const attribute = label === 'system_vendor' ? 'sys_vendor' : label;
    if (!attributes.has(attribute)) return undefined;
    // Only root may read serial numbers and the UUID. For other users the driver denies the read (EACCES), and the result is
    // `undefined`.
    return sys.readIfPresent(`${CLASS}/${attribute}`, parseText);
  });
  if (Object.values(labels).every((text) => text === undefined)) throw new AbsentError(`Cannot find names in ${CLASS}`);
  return labels;
}
