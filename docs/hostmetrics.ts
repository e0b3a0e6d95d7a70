/**
 * Compares the metrics of the Collector's hostmetrics receiver with those of the exporter. Unit tests compare the names with
 * the declared families. An end-to-end test compares the values with those of a real receiver.
 */
import { RECEIVER_METRICS, type ReceiverMetric } from './receiver-metrics.ts';

export interface ComparedMetric {
  readonly scraper: string;
  readonly receiverName: string;
  readonly receiver: ReceiverMetric;
  /** Name of the metric in the exporter; `undefined` if the exporter does not have the metric. */
  readonly name: string | undefined;
  /**
   * Difference between the metric of the receiver and that of the exporter, or the reason why the exporter has no such
   * metric. Empty if both metrics are equal.
   */
  readonly note: string;
}

const NO_CONVENTION = 'Not in the semantic conventions: name and unit are those of the receiver.';
const OWN_PROCESS = 'Only for the process of the exporter.';
const PER_CPU = 'By default one series per CPU; the receiver has one for all CPUs.';
const NOT_BYTES = 'The receiver multiplies the count by the page size.';
const VERSION_2 = 'Includes version 2 of NFS.';
const WINDOWS = 'Left out: the metric exists on Windows only.';

/**
 * Names of the exporter's metrics that differ, by the name in the receiver; `undefined` if the exporter has no such metric.
 */
const NAMES: Readonly<Record<string, string | undefined>> = {
  'system.linux.memory.available': 'system.memory.linux.available',
  'system.network.connections': 'system.network.connection.count',
  'system.network.dropped': 'system.network.packet.dropped',
  'system.network.packets': 'system.network.packet.count',
  'system.processes.count': 'system.process.count',
  'system.processes.created': 'system.process.created',
  'process.disk.operations': undefined,
  'process.handles': undefined,
  'process.open_file_descriptors': 'process.unix.file_descriptor.count',
  'process.signals_pending': undefined,
  'process.threads': 'process.thread.count',
  'process.windows.handle.count@v1': undefined,
};

/** Notes on metrics, by the name of the metric in the receiver. */
const NOTES: Readonly<Record<string, string>> = {
  'system.cpu.frequency': 'An integer. From the frequency driver of the CPU, if it has one.',
  'system.cpu.time': PER_CPU,
  'system.cpu.utilization': PER_CPU,
  'system.disk.pending_operations': NO_CONVENTION,
  'system.disk.weighted_io_time': NO_CONVENTION,
  'system.filesystem.inodes.usage': NO_CONVENTION,
  'system.cpu.load_average.15m': NO_CONVENTION,
  'system.cpu.load_average.1m': NO_CONVENTION,
  'system.cpu.load_average.5m': NO_CONVENTION,
  'system.linux.memory.dirty': NO_CONVENTION,
  'system.memory.page_size': NO_CONVENTION,
  'system.memory.usage': 'The states of the slab allocator are `system.memory.linux.slab.usage`.',
  'system.memory.utilization': 'Without the states of the slab allocator.',
  'system.network.conntrack.count': NO_CONVENTION,
  'system.network.conntrack.max': NO_CONVENTION,
  'nfs.client.operation.count': 'The names are in the order of the kernel, which differs for five operations.',
  'nfs.client.procedure.count': VERSION_2,
  'nfs.server.procedure.count': VERSION_2,
  'nfs.server.rpc.count': 'Includes the accepted requests, without `error.type`.',
  'system.paging.faults': NOT_BYTES,
  'system.paging.operations': `${NOT_BYTES} Type \`minor\` of the receiver counts KiB of file I/O and is left out.`,
  'system.processes.count':
    'State `running` counts processes; in the receiver it counts threads that are ready to run.',
  'process.disk.operations':
    'Left out: the kernel counts read and write calls, which include those on sockets and pipes.',
  'process.handles': WINDOWS,
  'process.signals_pending': 'Left out: the kernel counts pending signals per user and not per process.',
  'process.windows.handle.count@v1': WINDOWS,
};

/** All metrics of the receiver with their counterparts. */
export const COMPARED_METRICS: readonly ComparedMetric[] = Object.entries(RECEIVER_METRICS).flatMap(
  ([scraper, metrics]) =>
    Object.entries(metrics).map(([receiverName, receiver]) => ({
      scraper,
      receiverName,
      receiver,
      ...counterpartOf(scraper, receiverName),
    })),
);

function counterpartOf(scraper: string, receiverName: string): Pick<ComparedMetric, 'name' | 'note'> {
  return {
    name: receiverName in NAMES ? NAMES[receiverName] : receiverName.replace('@v1', ''),
    note: NOTES[receiverName] ?? (scraper === 'process' ? OWN_PROCESS : ''),
  };
}
