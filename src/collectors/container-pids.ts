import { defineCollector } from '../collection/collector.ts';
import { createMetadataSources, metadataFlags } from '../containers/metadata/metadata-sources.ts';
import { type ContainerProcesses, ContainerReader } from '../containers/usage/container-reader.ts';
import type { Host } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { type InterfaceTraffic, sumTraffic, type Traffic } from '../parse/net-dev.ts';
import { parseProcessStat } from '../parse/process-stat.ts';
import { parseProcessStatus } from '../parse/process-status.ts';
import { skipUndefined } from './support/emit-defined.ts';

const PROCESS = ['id', 'name', 'type', 'pid'] as const;
const CONTAINER = ['id', 'name', 'type'] as const;

const utime = gauge(
  'node_container_cpu_utime',
  'CPU time that a process of the container spent in user mode, in clock ticks.',
  PROCESS,
);
const stime = gauge(
  'node_container_cpu_stime',
  'CPU time that a process of the container spent in kernel mode, in clock ticks.',
  PROCESS,
);
const cutime = gauge(
  'node_container_cpu_cutime',
  'CPU time that terminated child processes of a process of the container spent in user mode, in clock ticks.',
  PROCESS,
);
const cstime = gauge(
  'node_container_cpu_cstime',
  'CPU time that terminated child processes of a process of the container spent in kernel mode, in clock ticks.',
  PROCESS,
);
const vmSize = gauge('node_container_memory_vmsize', 'Virtual memory of a process of the container, in KiB.', PROCESS);
const vmRss = gauge('node_container_memory_vmrss', 'Resident memory of a process of the container, in KiB.', PROCESS);
const rssFile = gauge(
  'node_container_memory_rssfile',
  'Resident memory of a process of the container that is mapped from files, in KiB.',
  PROCESS,
);
const rxBytes = gauge(
  'node_container_net_rxbytes',
  'Bytes that the container received on all its network interfaces.',
  CONTAINER,
);
const txBytes = gauge(
  'node_container_net_txbytes',
  'Bytes that the container transmitted on all its network interfaces.',
  CONTAINER,
);
const rxPackets = gauge(
  'node_container_net_rxpackets',
  'Packets that the container received on all its network interfaces.',
  CONTAINER,
);
const txPackets = gauge(
  'node_container_net_txpackets',
  'Packets that the container transmitted on all its network interfaces.',
  CONTAINER,
);

const FAMILIES = [
  ...[utime, stime, cutime, cstime, vmSize, vmRss, rssFile],
  ...[rxBytes, txBytes, rxPackets, txPackets],
];

/** The families have the names and labels of a fork of node_exporter. */
export const containerPids = defineCollector({
  name: 'container-pids',
  help: 'CPU time and memory of each container process, and network traffic of each container',
  enabled: false,
  flagRoot: 'containers',
  flags: metadataFlags,
  create: (sockets) => {
    const reader = new ContainerReader(createMetadataSources(sockets, []));
    return {
      families: FAMILIES,
      async collect(host, emit) {
        const { containers, errors: metadataErrors } = await reader.find(host);
        const errors = [...metadataErrors];
        const readings: ContainerProcesses[] = [];
        errors.push(...reader.readProcesses(host, containers, (reading) => readings.push(reading)));
        const processes = readings.flatMap((reading) => [...new Set(reading.pids)].map((pid) => ({ ...reading, pid })));
        for (const process of processes) emitProcess(host, emit, process);
        for (const reading of readings) {
          if (reading.network !== undefined) emitNetwork(emit, reading, reading.network);
        }
        if (errors.length > 0) throw new AggregateError(errors);
      },
    };
  },
});

interface ContainerProcess extends ContainerProcesses {
  readonly pid: number;
}

/** Emits nothing for a process that has ended. */
function emitProcess({ proc }: Host, emit: Emit, { container, metadata, pid }: ContainerProcess): void {
  const times = proc.readIfPresent(`${pid}/stat`, parseProcessStat);
  const memory = proc.readIfPresent(`${pid}/status`, parseProcessStatus);
  if (memory === undefined && !proc.exists(`${pid}/status`)) return;
  const labels = (type: string) => ({ id: container.uniqueId, name: metadata.name, type, pid: String(pid) });
  const emitDefined = skipUndefined(emit);
  if (times !== undefined) {
    emitDefined(utime, times.userTicks, labels('utime'));
    emitDefined(stime, times.systemTicks, labels('stime'));
    emitDefined(cutime, times.childrenUserTicks, labels('cutime'));
    emitDefined(cstime, times.childrenSystemTicks, labels('cstime'));
  }
  emitDefined(vmSize, memory?.vmSizeKib, labels('vmsize'));
  emitDefined(vmRss, memory?.vmRssKib, labels('vmrss'));
  emitDefined(rssFile, memory?.rssFileKib, labels('rssfile'));
}

function emitNetwork(
  emit: Emit,
  { container, metadata }: ContainerProcesses,
  interfaces: readonly InterfaceTraffic[],
): void {
  const sumOf = (direction: 'received' | 'transmitted', counter: keyof Traffic): number | undefined =>
    sumTraffic(interfaces, (traffic) => traffic[direction][counter]);
  const emitDefined = skipUndefined(emit);
  const labels = (type: string) => ({ id: container.uniqueId, name: metadata.name, type });
  emitDefined(rxBytes, sumOf('received', 'bytes'), labels('rx_bytes'));
  emitDefined(txBytes, sumOf('transmitted', 'bytes'), labels('tx_bytes'));
  emitDefined(rxPackets, sumOf('received', 'packets'), labels('rx_packets'));
  emitDefined(txPackets, sumOf('transmitted', 'packets'), labels('tx_packets'));
}
