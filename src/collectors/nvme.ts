import { defineCollector } from '../collection/collector.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText, parseWord } from '../parse/lines.ts';
import { type EmittingRead, emitDevices, emittingRead, inMemory, labelReads } from './support/slow-attributes.ts';

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

/**
 * Matches the namespace `nvme0n1` and, with native multipath, `nvme0c1n1`: the path to a namespace through this controller.
 */
const NAMESPACE = /^nvme\d+(?:c\d+)?n(\d+)$/;

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-nvme */
export const nvme = defineCollector({
  name: 'nvme',
  help: 'NVMe controllers and their namespaces from /sys/class/nvme',
  create: () => ({
    families: [info, namespaceInfo, capacity, size, used, blockSize],
    async collect(host, emit) {
      const { sys } = host;
      await emitDevices(
        host,
        sys.list(CLASS).map((device) => [
          ...listControllerReads(emit, device),
          ...sys.listIfPresent(`${CLASS}/${device}`).flatMap((name) => {
            const number = NAMESPACE.exec(name)?.[1];
            if (number === undefined) return [];
            const path = `${CLASS}/${device}/${name}`;
            // The number in the name is only a counter of the kernel. The attribute contains the ID of the namespace.
            const nsid = sys.readIfPresent(`${path}/nsid`, parseWord) ?? number;
            return listNamespaceReads(emit, path, { device, nsid });
          }),
        ]),
      );
    },
  }),
});

/** The labels `state` and `cntlid` are empty on Linux 4.4 to 4.9, which lacks these attributes. */
function listControllerReads(emit: Emit, device: string): EmittingRead[] {
  const path = `${CLASS}/${device}`;
  return labelReads(
    [
      ['firmware_revision', `${path}/firmware_rev`],
      ['model', `${path}/model`],
      ['serial', `${path}/serial`],
      ['state', `${path}/state`],
      ['cntlid', `${path}/cntlid`],
    ],
    (labels) => emit(info, 1, { device, ...labels }),
  ).map(inMemory);
}

interface NamespaceLabels {
  readonly device: string;
  readonly nsid: string;
}

function listNamespaceReads(emit: Emit, path: string, labels: NamespaceLabels): EmittingRead[] {
  let blocks: number | undefined;
  let usedBlocks: number | undefined;
  const emitAnaState = (state: string): void => emit(namespaceInfo, 1, { ...labels, ana_state: state });
  const emitSizes = (blockBytes: number): void => {
    if (blocks !== undefined) {
      // The size is in sectors of 512 bytes, but node_exporter multiplies it by the block size, and so does this collector.
      emit(capacity, blocks * blockBytes, labels);
      emit(size, blocks * blockBytes, labels);
    }
    if (usedBlocks !== undefined) emit(used, usedBlocks * blockBytes, labels);
    emit(blockSize, blockBytes, labels);
  };
  return [
    // The attribute exists only on controllers with Asymmetric Namespace Access (ANA).
    inMemory({ ...emittingRead(`${path}/ana_state`, parseText, emitAnaState), absent: () => emitAnaState('unknown') }),
    inMemory(
      emittingRead(`${path}/size`, parseIntegerFile, (number) => {
        blocks = number;
      }),
    ),
    // Since Linux 6.8, each read of this attribute sends an Identify command to the controller.
    emittingRead(`${path}/nuse`, parseIntegerFile, (number) => {
      usedBlocks = number;
    }),
    // The read needs a lock, which may be held while a frozen queue waits for the controller.
    emittingRead(`${path}/queue/logical_block_size`, parseIntegerFile, emitSizes),
  ];
}
