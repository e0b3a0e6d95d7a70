import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const info = gauge('node_nvme_info', 'What an NVMe controller says of itself; always 1.', [
  'device',
  'firmware_revision',
  'model',
  'serial',
  'state',
  'cntlid',
]);
const namespaceInfo = gauge('node_nvme_namespace_info', 'How a namespace can be reached; always 1.', [
  'device',
  'nsid',
  'ana_state',
]);
const capacity = gauge('node_nvme_namespace_capacity_bytes', 'Capacity of a namespace.', ['device', 'nsid']);
const size = gauge('node_nvme_namespace_size_bytes', 'Size of a namespace.', ['device', 'nsid']);
const used = gauge('node_nvme_namespace_used_bytes', 'What is in use of it.', ['device', 'nsid']);
const blockSize = gauge('node_nvme_namespace_logical_block_size_bytes', 'Size of its blocks.', ['device', 'nsid']);

const CLASS = 'class/nvme';

/** `nvme0n1`; not `nvme0c1n1`, a path to what the kernel shows elsewhere. */
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

interface Namespace {
  readonly nsid: string;
  readonly anaState: string;
  readonly blocks: number | undefined;
  readonly usedBlocks: number | undefined;
  readonly blockBytes: number | undefined;
}

function readNamespaces(sys: KernelTree, device: string): Namespace[] {
  return sys.list(`${CLASS}/${device}`).flatMap((name) => {
    const nsid = NAMESPACE.exec(name)?.[1];
    if (nsid === undefined) return [];
    const path = `${CLASS}/${device}/${name}`;
    const read = (attribute: string) => sys.readIfPresent(`${path}/${attribute}`, parseIntegerFile);
    return {
      nsid,
      // A namespace with one path has none.
      anaState: sys.readIfPresent(`${path}/ana_state`, parseText) ?? 'unknown',
      blocks: read('size'),
      usedBlocks: read('nuse'),
      blockBytes: read('queue/logical_block_size'),
    };
  });
}

function emitNamespace(
  emit: Emit,
  device: string,
  { nsid, anaState, blocks, usedBlocks, blockBytes }: Namespace,
): void {
  const labels = { device, nsid };
  emit(namespaceInfo, 1, { ...labels, ana_state: anaState });
  if (blockBytes === undefined) return;
  if (blocks !== undefined) {
    // node_exporter multiplies what the kernel counts in sectors of 512 bytes with the size of a block, and so do we.
    emit(capacity, blocks * blockBytes, labels);
    emit(size, blocks * blockBytes, labels);
  }
  if (usedBlocks !== undefined) emit(used, usedBlocks * blockBytes, labels);
  emit(blockSize, blockBytes, labels);
}
