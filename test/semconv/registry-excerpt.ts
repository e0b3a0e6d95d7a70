/**
 * An excerpt of the registry of the semantic conventions, in the release of src/export/otel/semconv.ts. It contains the
 * instruments, units and attributes of the metrics that this project emits. The source is
 * https://github.com/open-telemetry/semantic-conventions/tree/main/model. `REGISTRY=<file> npm run semconv` compares the
 * excerpt with the whole registry.
 */

export interface RegistryMetric {
  readonly instrument: 'counter' | 'gauge' | 'updowncounter';
  readonly unit: string;
  readonly value: 'int' | 'double';
  readonly attributes: readonly string[];
}

function declare(instrument: RegistryMetric['instrument']) {
  return (unit: string, value: RegistryMetric['value'], ...attributes: readonly string[]): RegistryMetric => ({
    instrument,
    unit,
    value,
    attributes,
  });
}

const counter = declare('counter');
const gauge = declare('gauge');
const upDownCounter = declare('updowncounter');

export const METRICS: Readonly<Record<string, RegistryMetric>> = {
  'container.cpu.time': counter('s', 'double', 'cpu.mode'),
  'container.cpu.usage': gauge('{cpu}', 'double', 'cpu.mode'),
  'container.disk.io': counter('By', 'int', 'disk.io.direction', 'system.device'),
  'container.memory.available': upDownCounter('By', 'int'),
  'container.memory.rss': upDownCounter('By', 'int'),
  'container.memory.usage': upDownCounter('By', 'int'),
  'container.memory.working_set': upDownCounter('By', 'int'),
  'container.network.io': counter('By', 'int', 'network.io.direction', 'network.interface.name'),
  'container.paging.faults': counter('{fault}', 'int', 'system.paging.fault.type'),
  'container.uptime': gauge('s', 'double'),
  'nfs.client.net.count': counter('{record}', 'int', 'network.transport'),
  'nfs.client.net.tcp.connection.accepted': counter('{connection}', 'int'),
  'nfs.client.operation.count': counter('{operation}', 'int', 'onc_rpc.version', 'nfs.operation.name'),
  'nfs.client.procedure.count': counter('{procedure}', 'int', 'onc_rpc.version', 'onc_rpc.procedure.name'),
  'nfs.client.rpc.authrefresh.count': counter('{authrefresh}', 'int'),
  'nfs.client.rpc.count': counter('{request}', 'int'),
  'nfs.client.rpc.retransmit.count': counter('{retransmit}', 'int'),
  'nfs.server.fh.stale.count': counter('{fh}', 'int'),
  'nfs.server.io': counter('By', 'int', 'network.io.direction'),
  'nfs.server.net.count': counter('{request}', 'int', 'network.transport'),
  'nfs.server.net.tcp.connection.accepted': counter('{connection}', 'int'),
  'nfs.server.operation.count': counter('{operation}', 'int', 'onc_rpc.version', 'nfs.operation.name'),
  'nfs.server.procedure.count': counter('{procedure}', 'int', 'onc_rpc.version', 'onc_rpc.procedure.name'),
  'nfs.server.repcache.requests': counter('{request}', 'int', 'nfs.server.repcache.status'),
  'nfs.server.rpc.count': counter('{request}', 'int', 'error.type'),
  'nfs.server.thread.count': upDownCounter('{thread}', 'int'),
  'process.context_switches': counter('{context_switch}', 'int', 'process.context_switch.type'),
  'process.cpu.time': counter('s', 'double', 'cpu.mode'),
  'process.cpu.utilization': gauge('1', 'double', 'cpu.mode'),
  'process.disk.io': counter('By', 'int', 'disk.io.direction'),
  'process.memory.usage': upDownCounter('By', 'int'),
  'process.memory.utilization': gauge('1', 'double'),
  'process.memory.virtual': upDownCounter('By', 'int'),
  'process.paging.faults': counter('{fault}', 'int', 'system.paging.fault.type'),
  'process.thread.count': upDownCounter('{thread}', 'int'),
  'process.unix.file_descriptor.count': upDownCounter('{file_descriptor}', 'int'),
  'process.uptime': gauge('s', 'double'),
  'system.cpu.frequency': gauge('Hz', 'int', 'cpu.logical_number'),
  'system.cpu.logical.count': upDownCounter('{cpu}', 'int'),
  'system.cpu.physical.count': upDownCounter('{cpu}', 'int'),
  'system.cpu.time': counter('s', 'double', 'cpu.mode', 'cpu.logical_number'),
  'system.cpu.utilization': gauge('1', 'double', 'cpu.mode', 'cpu.logical_number'),
  'system.disk.io': counter('By', 'int', 'system.device', 'disk.io.direction'),
  'system.disk.io_time': counter('s', 'double', 'system.device'),
  'system.disk.limit': upDownCounter('By', 'int', 'system.device'),
  'system.disk.merged': counter('{operation}', 'int', 'system.device', 'disk.io.direction'),
  'system.disk.operation_time': counter('s', 'double', 'system.device', 'disk.io.direction'),
  'system.disk.operations': counter('{operation}', 'int', 'system.device', 'disk.io.direction'),
  'system.filesystem.limit': upDownCounter(
    'By',
    'int',
    'system.device',
    'system.filesystem.type',
    'system.filesystem.mode',
    'system.filesystem.mountpoint',
  ),
  'system.filesystem.lock.count': upDownCounter(
    '{lock}',
    'int',
    'system.device',
    'file.lock.type',
    'file.lock.mechanism',
    'file.lock.mode',
  ),
  'system.filesystem.usage': upDownCounter(
    'By',
    'int',
    'system.device',
    'system.filesystem.state',
    'system.filesystem.type',
    'system.filesystem.mode',
    'system.filesystem.mountpoint',
  ),
  'system.filesystem.utilization': gauge(
    '1',
    'double',
    'system.device',
    'system.filesystem.state',
    'system.filesystem.type',
    'system.filesystem.mode',
    'system.filesystem.mountpoint',
  ),
  'system.memory.limit': upDownCounter('By', 'int'),
  'system.memory.linux.available': upDownCounter('By', 'int'),
  'system.memory.linux.hugepages.limit': upDownCounter('{page}', 'int'),
  'system.memory.linux.hugepages.page_size': upDownCounter('By', 'int'),
  'system.memory.linux.hugepages.reserved': upDownCounter('{page}', 'int'),
  'system.memory.linux.hugepages.surplus': upDownCounter('{page}', 'int'),
  'system.memory.linux.hugepages.usage': upDownCounter('{page}', 'int', 'system.memory.linux.hugepages.state'),
  'system.memory.linux.hugepages.utilization': gauge('1', 'double', 'system.memory.linux.hugepages.state'),
  'system.memory.linux.shared': upDownCounter('By', 'int'),
  'system.memory.linux.slab.usage': upDownCounter('By', 'int', 'system.memory.linux.slab.state'),
  'system.memory.usage': upDownCounter('By', 'int', 'system.memory.state'),
  'system.memory.utilization': gauge('1', 'double', 'system.memory.state'),
  'system.network.connection.count': upDownCounter(
    '{connection}',
    'int',
    'network.interface.name',
    'network.connection.state',
    'network.transport',
  ),
  'system.network.errors': counter('{error}', 'int', 'network.interface.name', 'network.io.direction'),
  'system.network.io': counter('By', 'int', 'network.interface.name', 'network.io.direction'),
  'system.network.packet.count': counter('{packet}', 'int', 'system.device', 'network.io.direction'),
  'system.network.packet.dropped': counter('{packet}', 'int', 'network.interface.name', 'network.io.direction'),
  'system.paging.faults': counter('{fault}', 'int', 'system.paging.fault.type'),
  'system.paging.operations': counter('{operation}', 'int', 'system.paging.fault.type', 'system.paging.direction'),
  'system.paging.usage': upDownCounter('By', 'int', 'system.paging.state', 'system.device'),
  'system.paging.utilization': gauge('1', 'double', 'system.paging.state', 'system.device'),
  'system.process.count': upDownCounter('{process}', 'int', 'process.state'),
  'system.process.created': counter('{process}', 'int'),
  'system.process.limit': upDownCounter('{thread}', 'int'),
  'system.uptime': gauge('s', 'double'),
};

/** Values of each attribute; the type of the values if every value is allowed. */
export const ATTRIBUTES: Readonly<Record<string, readonly string[] | 'int' | 'string'>> = {
  'cpu.logical_number': 'int',
  'cpu.mode': ['user', 'system', 'nice', 'idle', 'iowait', 'interrupt', 'steal'],
  'disk.io.direction': ['read', 'write'],
  'error.type': ['_OTHER'],
  'file.lock.mechanism': 'string',
  'file.lock.mode': 'string',
  'file.lock.type': ['read', 'write'],
  'network.connection.state': [
    'closed',
    'close_wait',
    'closing',
    'established',
    'fin_wait_1',
    'fin_wait_2',
    'last_ack',
    'listen',
    'syn_received',
    'syn_sent',
    'time_wait',
  ],
  'network.interface.name': 'string',
  'network.io.direction': ['transmit', 'receive'],
  'network.transport': ['tcp', 'udp', 'pipe', 'unix', 'quic'],
  'nfs.operation.name': 'string',
  'nfs.server.repcache.status': 'string',
  'onc_rpc.procedure.name': 'string',
  'onc_rpc.version': 'int',
  'process.context_switch.type': ['voluntary', 'involuntary'],
  'process.state': ['running', 'sleeping', 'stopped', 'defunct'],
  'system.device': 'string',
  'system.filesystem.mode': 'string',
  'system.filesystem.mountpoint': 'string',
  'system.filesystem.state': ['used', 'free', 'reserved'],
  'system.filesystem.type': ['fat32', 'exfat', 'ntfs', 'refs', 'hfsplus', 'ext4'],
  'system.memory.linux.hugepages.state': ['free', 'used'],
  'system.memory.linux.slab.state': ['reclaimable', 'unreclaimable'],
  'system.memory.state': ['used', 'free', 'buffers', 'cached'],
  'system.paging.direction': ['in', 'out'],
  'system.paging.fault.type': ['major', 'minor'],
  'system.paging.state': ['used', 'free'],
};

/**
 * Attributes of the entity that the metrics of a group describe. The registry does not repeat these attributes for each
 * metric.
 */
export const ENTITY_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  container: [
    'container.id',
    'container.name',
    'container.image.name',
    'container.runtime.name',
    'k8s.namespace.name',
    'k8s.pod.name',
    'k8s.pod.uid',
    'k8s.container.name',
  ],
};
