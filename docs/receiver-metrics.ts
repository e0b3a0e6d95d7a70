/**
 * The metrics of the Collector's hostmetrics receiver: instrument, number type, unit, and whether the receiver enables the
 * metric by default. The source of this excerpt is
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.165.0/receiver/hostmetricsreceiver/internal/scraper
 *
 * The test test/e2e/collector/hostmetrics.test.ts compares the excerpt with a real Collector.
 */
export interface ReceiverMetric {
  readonly instrument: 'counter' | 'gauge' | 'updowncounter';
  readonly unit: string;
  readonly value: 'int' | 'double';
  readonly isDefault: boolean;
}

function declare(instrument: ReceiverMetric['instrument']) {
  return (unit: string, value: ReceiverMetric['value'], state: 'default' | 'optional'): ReceiverMetric => ({
    instrument,
    unit,
    value,
    isDefault: state === 'default',
  });
}

const counter = declare('counter');
const gauge = declare('gauge');
const upDownCounter = declare('updowncounter');

/** The release of the receiver. */
export const RECEIVER_VERSION = '0.165';

/**
 * The metrics by scraper and name. If the name of a metric ends with `@v1`, the metric has the attributes and the unit of
 * newer semantic conventions. The receiver emits it instead of the older metric if a feature gate is enabled.
 */
export const RECEIVER_METRICS: Readonly<Record<string, Readonly<Record<string, ReceiverMetric>>>> = {
  cpu: {
    'system.cpu.frequency': gauge('Hz', 'double', 'optional'),
    'system.cpu.logical.count': upDownCounter('{cpu}', 'int', 'default'),
    'system.cpu.physical.count': upDownCounter('{cpu}', 'int', 'optional'),
    'system.cpu.time': counter('s', 'double', 'default'),
    'system.cpu.utilization': gauge('1', 'double', 'optional'),
  },
  disk: {
    'system.disk.io': counter('By', 'int', 'default'),
    'system.disk.io_time': counter('s', 'double', 'default'),
    'system.disk.merged': counter('{operations}', 'int', 'default'),
    'system.disk.operation_time': counter('s', 'double', 'default'),
    'system.disk.operations': counter('{operations}', 'int', 'default'),
    'system.disk.pending_operations': upDownCounter('{operations}', 'int', 'default'),
    'system.disk.weighted_io_time': counter('s', 'double', 'default'),
  },
  filesystem: {
    'system.filesystem.inodes.usage': upDownCounter('{inodes}', 'int', 'default'),
    'system.filesystem.usage': upDownCounter('By', 'int', 'default'),
    'system.filesystem.utilization': gauge('1', 'double', 'optional'),
  },
  load: {
    'system.cpu.load_average.15m': gauge('{thread}', 'double', 'default'),
    'system.cpu.load_average.1m': gauge('{thread}', 'double', 'default'),
    'system.cpu.load_average.5m': gauge('{thread}', 'double', 'default'),
  },
  memory: {
    'system.linux.memory.available': upDownCounter('By', 'int', 'optional'),
    'system.linux.memory.dirty': upDownCounter('By', 'int', 'optional'),
    'system.memory.limit': upDownCounter('By', 'int', 'optional'),
    'system.memory.linux.hugepages.limit': upDownCounter('{page}', 'int', 'optional'),
    'system.memory.linux.hugepages.page_size': upDownCounter('By', 'int', 'optional'),
    'system.memory.linux.hugepages.reserved': upDownCounter('{page}', 'int', 'optional'),
    'system.memory.linux.hugepages.surplus': upDownCounter('{page}', 'int', 'optional'),
    'system.memory.linux.hugepages.usage': upDownCounter('{page}', 'int', 'optional'),
    'system.memory.linux.hugepages.utilization': gauge('1', 'double', 'optional'),
    'system.memory.linux.shared': upDownCounter('By', 'int', 'optional'),
    'system.memory.page_size': gauge('By', 'int', 'optional'),
    'system.memory.usage': upDownCounter('By', 'int', 'default'),
    'system.memory.utilization': gauge('1', 'double', 'optional'),
  },
  network: {
    'system.network.connections': upDownCounter('{connections}', 'int', 'default'),
    'system.network.conntrack.count': upDownCounter('{entries}', 'int', 'optional'),
    'system.network.conntrack.max': upDownCounter('{entries}', 'int', 'optional'),
    'system.network.dropped': counter('{packets}', 'int', 'default'),
    'system.network.errors': counter('{errors}', 'int', 'default'),
    'system.network.io': counter('By', 'int', 'default'),
    'system.network.packets': counter('{packets}', 'int', 'default'),
  },
  nfs: {
    'nfs.client.net.count': counter('{record}', 'int', 'default'),
    'nfs.client.net.tcp.connection.accepted': counter('{connection}', 'int', 'default'),
    'nfs.client.operation.count': counter('{operation}', 'int', 'default'),
    'nfs.client.procedure.count': counter('{procedure}', 'int', 'default'),
    'nfs.client.rpc.authrefresh.count': counter('{authrefresh}', 'int', 'default'),
    'nfs.client.rpc.count': counter('{request}', 'int', 'default'),
    'nfs.client.rpc.retransmit.count': counter('{retransmit}', 'int', 'default'),
    'nfs.server.fh.stale.count': counter('{fh}', 'int', 'default'),
    'nfs.server.io': counter('By', 'int', 'default'),
    'nfs.server.net.count': counter('{request}', 'int', 'default'),
    'nfs.server.net.tcp.connection.accepted': counter('{connection}', 'int', 'default'),
    'nfs.server.operation.count': counter('{operation}', 'int', 'default'),
    'nfs.server.procedure.count': counter('{procedure}', 'int', 'default'),
    'nfs.server.repcache.requests': counter('{request}', 'int', 'default'),
    'nfs.server.rpc.count': counter('{request}', 'int', 'default'),
    'nfs.server.thread.count': upDownCounter('{thread}', 'int', 'default'),
  },
  paging: {
    'system.paging.faults': counter('{faults}', 'int', 'default'),
    'system.paging.operations': counter('{operations}', 'int', 'default'),
    'system.paging.usage': upDownCounter('By', 'int', 'default'),
    'system.paging.utilization': gauge('1', 'double', 'optional'),
  },
  processes: {
    'system.processes.count': upDownCounter('{processes}', 'int', 'default'),
    'system.processes.created': counter('{processes}', 'int', 'default'),
  },
  process: {
    'process.context_switches': counter('{count}', 'int', 'optional'),
    'process.context_switches@v1': counter('{context_switch}', 'int', 'optional'),
    'process.cpu.time': counter('s', 'double', 'default'),
    'process.cpu.time@v1': counter('s', 'double', 'optional'),
    'process.cpu.utilization': gauge('1', 'double', 'optional'),
    'process.cpu.utilization@v1': gauge('1', 'double', 'optional'),
    'process.disk.io': counter('By', 'int', 'default'),
    'process.disk.io@v1': counter('By', 'int', 'optional'),
    'process.disk.operations': counter('{operations}', 'int', 'optional'),
    'process.handles': upDownCounter('{count}', 'int', 'optional'),
    'process.memory.usage': upDownCounter('By', 'int', 'default'),
    'process.memory.utilization': gauge('1', 'double', 'optional'),
    'process.memory.virtual': upDownCounter('By', 'int', 'default'),
    'process.open_file_descriptors': upDownCounter('{count}', 'int', 'optional'),
    'process.paging.faults': counter('{faults}', 'int', 'optional'),
    'process.paging.faults@v1': counter('{fault}', 'int', 'optional'),
    'process.signals_pending': upDownCounter('{signals}', 'int', 'optional'),
    'process.thread.count@v1': upDownCounter('{thread}', 'int', 'optional'),
    'process.threads': upDownCounter('{threads}', 'int', 'optional'),
    'process.unix.file_descriptor.count@v1': upDownCounter('{file_descriptor}', 'int', 'optional'),
    'process.uptime': gauge('s', 'double', 'optional'),
    'process.windows.handle.count@v1': upDownCounter('{handle}', 'int', 'optional'),
  },
  system: {
    'system.uptime': gauge('s', 'double', 'default'),
  },
};
