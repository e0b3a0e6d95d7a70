import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const info = gauge('node_nvme_info', 'Firmware, model, serial number, state and ID of the NVMe controller; always 1.', [
  'device',
  'firmware_revision',
  'model',
  'serial',
  'state',
  'cntlid',
]);
const namespaceInfo = gauge(
  'node_nvme_namespace_info',
  'Asymmetric namespace access (ANA) state of the NVMe namespace; always 1.',
  ['device', 'nsid', 'ana_state'],
);

const NAMESPACE_LABELS = ['device', 'nsid'] as const;
const capacity = gauge(
  'node_nvme_namespace_capacity_bytes',
  'Capacity of the NVMe namespace, in bytes.',
  NAMESPACE_LABELS,
);
const size = gauge('node_nvme_namespace_size_bytes', 'Size of the NVMe namespace, in bytes.', NAMESPACE_LABELS);
const used = gauge(
  'node_nvme_namespace_used_bytes',
  'Allocated size of the NVMe namespace, in bytes.',
  NAMESPACE_LABELS,
);
const blockSize = gauge(
  'node_nvme_namespace_logical_block_size_bytes',
  'Logical block size of the NVMe namespace, in bytes.',
  NAMESPACE_LABELS,
);

const CLASS = 'class/nvme';

/** Matches the namespace `nvme0n1`, but not `nvme0c1n1`, which is only one path to a namespace. */
const NAMESPACE = /^nvme\d+n(\d+)$/;

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-nvme */
export const nvme = defineCollector({
  name: 'nvme',
  help: 'NVMe controllers and their namespaces from /sys/class/nvme',
  create: () => ({
    families: [info, namespaceInfo, capacity, size, used, blockSize],
    async collect({ sys }, emit) {
      await forEachItem(sys.list(CLASS), (device) => {
        const read = (attribute: string) => sys.read(`${CLASS}/${device}/${attribute}`, parseText);
        const labels = {
          device,
          firmware_revision: read('firmware_rev'),
          model: read('model'),
          serial: read('serial'),
          state: read('state'),
          cntlid: read('cntlid'),
        };
        const namespaces = readNamespaces(sys, device);
        emit(info, 1, labels);
        for (const namespace of namespaces) emitNamespace(emit, device, namespace);
      });
    },
  }),
});

interface NvmeNamespace {
  readonly nsid: string;
  readonly anaState: string;
  readonly blocks: number | undefined;
  readonly usedBlocks: number | undefined;
  readonly blockBytes: number | undefined;
}

function readNamespaces(sys: KernelTree, device: string): NvmeNamespace[] {
  return sys.list(`${CLASS}/${device}`).flatMap((name) => {
    const nsid = NAMESPACE.exec(name)?.[1];
    if (nsid === undefined) return [];
    const path = `${CLASS}/${device}/${name}`;
    const read = (attribute: string) => sys.readIfPresent(`${path}/${attribute}`, parseIntegerFile);
    return {
      nsid,
      // The attribute exists only on controllers with Asymmetric Namespace Access (ANA).
      anaState: sys.readIfPresent(`${path}/ana_state`, parseText) ?? 'unknown',
      blocks: read('size'),
      usedBlocks: read('nuse'),
      blockBytes: read('queue/logical_block_size'),
    };
  });
}

function emitNamespace(emit: Emit, device: string, namespace: NvmeNamespace): void {
  const { nsid, anaState, blocks, usedBlocks, blockBytes } = namespace;
  const labels = { device, nsid };
  emit(namespaceInfo, 1, { ...labels, ana_state: anaState });
  if (blockBytes === undefined) return;
  if (blocks !== undefined) {
    // The size is in sectors of 512 bytes, but node_exporter multiplies it by the block size, and so does this collector.
    emit(capacity, blocks * blockBytes, labels);
    emit(size, blocks * blockBytes, labels);
  }
  if (usedBlocks !== undefined) emit(used, usedBlocks * blockBytes, labels);
  emit(blockSize, blockBytes, labels);
}
