import { defineCollector, forEachItem } from '../collection/collector.ts';
import { createMetadataSources, metadataFlags } from '../containers/metadata/metadata-sources.ts';
import { type ContainerProcesses, ContainerReader } from '../containers/usage/container-reader.ts';
import type { Host } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import type { InterfaceTraffic, Traffic } from '../parse/interfaces.ts';
import { type ProcessMemory, parseProcessMemory } from '../parse/process-memory.ts';
import { type ProcessTimes, parseProcessTimes } from '../parse/process-times.ts';

const PROCESS = ['id', 'name', 'type', 'pid'] as const;
const CONTAINER = ['id', 'name', 'type'] as const;

const utime = gauge(
  'node_container_cpu_utime',
  'CPU time of the container process in user mode, in clock ticks.',
  PROCESS,
);
const stime = gauge(
  'node_container_cpu_stime',
  'CPU time of the container process in kernel mode, in clock ticks.',
  PROCESS,
);
const cutime = gauge(
  'node_container_cpu_cutime',
  "CPU time of the container process' terminated children in user mode, in clock ticks.",
  PROCESS,
);
const cstime = gauge(
  'node_container_cpu_cstime',
  "CPU time of the container process' terminated children in kernel mode, in clock ticks.",
  PROCESS,
);
const vmSize = gauge('node_container_memory_vmsize', 'Virtual memory of the container process, in KiB.', PROCESS);
const vmRss = gauge('node_container_memory_vmrss', 'Resident memory of the container process, in KiB.', PROCESS);
const rssFile = gauge(
  'node_container_memory_rssfile',
  'Resident file mappings of the container process, in KiB.',
  PROCESS,
);
const rxBytes = gauge('node_container_net_rxbytes', 'Bytes that the container received on all interfaces.', CONTAINER);
const txBytes = gauge(
  'node_container_net_txbytes',
  'Bytes that the container transmitted on all interfaces.',
  CONTAINER,
);
const rxPackets = gauge(
  'node_container_net_rxpackets',
  'Packets that the container received on all interfaces.',
  CONTAINER,
);
const txPackets = gauge(
  'node_container_net_txpackets',
  'Packets that the container transmitted on all interfaces.',
  CONTAINER,
);

const FAMILIES = [
  ...[utime, stime, cutime, cstime, vmSize, vmRss, rssFile],
  ...[rxBytes, txBytes, rxPackets, txPackets],
];

/** Names and labels of the families are those of a fork of node_exporter. */
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
        await forEachItem(processes, (process) => emitProcess(host, emit, process)).catch((error: AggregateError) =>
          errors.push(...error.errors),
        );
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

/** @throws {AbsentError} if the process has ended */
function emitProcess({ proc }: Host, emit: Emit, { container, metadata, pid }: ContainerProcess): void {
  const times: ProcessTimes = proc.read(`${pid}/stat`, parseProcessTimes);
  const memory: ProcessMemory = proc.read(`${pid}/status`, parseProcessMemory);
  const labels = (type: string) => ({ id: container.id, name: metadata.name, type, pid: String(pid) });
  emit(utime, times.userTicks, labels('utime'));
  emit(stime, times.systemTicks, labels('stime'));
  emit(cutime, times.childrenUserTicks, labels('cutime'));
  emit(cstime, times.childrenSystemTicks, labels('cstime'));
  if (memory.vmSize !== undefined) emit(vmSize, memory.vmSize, labels('vmsize'));
  if (memory.vmRss !== undefined) emit(vmRss, memory.vmRss, labels('vmrss'));
  if (memory.rssFile !== undefined) emit(rssFile, memory.rssFile, labels('rssfile'));
}

function emitNetwork(
  emit: Emit,
  { container, metadata }: ContainerProcesses,
  interfaces: readonly InterfaceTraffic[],
): void {
  const sumOf = (direction: 'received' | 'transmitted', counter: keyof Traffic): number =>
    interfaces.reduce((sum, traffic) => sum + traffic[direction][counter], 0);
  const labels = (type: string) => ({ id: container.id, name: metadata.name, type });
  emit(rxBytes, sumOf('received', 'bytes'), labels('rx_bytes'));
  emit(txBytes, sumOf('transmitted', 'bytes'), labels('tx_bytes'));
  emit(rxPackets, sumOf('received', 'packets'), labels('rx_packets'));
  emit(txPackets, sumOf('transmitted', 'packets'), labels('tx_packets'));
}
