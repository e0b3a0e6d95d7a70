import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { Container } from '../containers/discovery/container.ts';
import { ContainerTable } from '../containers/discovery/container-table.ts';
import { metadataFlags, metadataSources } from '../containers/metadata/metadata-sources.ts';
import { MetadataResolver } from '../containers/metadata/resolver.ts';
import { type ContainerProcesses, readMembers } from '../containers/usage/read-containers.ts';
import type { Host } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import type { InterfaceTraffic, Traffic } from '../parse/net-dev.ts';
import { type ProcessStat, parseProcessStat } from '../parse/process-stat.ts';
import { type ProcessStatus, parseProcessStatus } from '../parse/process-status.ts';

const PROCESS = ['id', 'name', 'type', 'pid'] as const;
const CONTAINER = ['id', 'name', 'type'] as const;

const utime = gauge('node_container_cpu_utime', 'Clock ticks a process spent in user mode.', PROCESS);
const stime = gauge('node_container_cpu_stime', 'Clock ticks a process spent in the kernel.', PROCESS);
const cutime = gauge('node_container_cpu_cutime', 'Clock ticks its ended children spent in user mode.', PROCESS);
const cstime = gauge('node_container_cpu_cstime', 'Clock ticks its ended children spent in the kernel.', PROCESS);
const vmSize = gauge('node_container_memory_vmsize', 'KiB of the address space of a process.', PROCESS);
const vmRss = gauge('node_container_memory_vmrss', 'KiB of memory that a process has.', PROCESS);
const rssFile = gauge('node_container_memory_rssfile', 'KiB of files that a process has mapped.', PROCESS);
const rxBytes = gauge('node_container_net_rxbytes', 'Bytes received on all interfaces.', CONTAINER);
const txBytes = gauge('node_container_net_txbytes', 'Bytes transmitted on all interfaces.', CONTAINER);
const rxPackets = gauge('node_container_net_rxpackets', 'Packets received on all interfaces.', CONTAINER);
const txPackets = gauge('node_container_net_txpackets', 'Packets transmitted on all interfaces.', CONTAINER);

const FAMILIES = [
  ...[utime, stime, cutime, cstime, vmSize, vmRss, rssFile],
  ...[rxBytes, txBytes, rxPackets, txPackets],
];

/** Series for each process of each container, under the names of a fork of node_exporter. */
export const containerPids = defineCollector({
  name: 'container-pids',
  help: 'Every process of every container, with a series for each',
  enabled: false,
  flagRoot: 'containers',
  flags: metadataFlags,
  create: (sockets) => {
    const table = new ContainerTable();
    const names = new MetadataResolver(metadataSources(sockets, []));
    return {
      families: FAMILIES,
      async collect(host, emit) {
        const containers = table.list(host);
        const errors = [...(await names.name(host, containers))];
        const members: ContainerProcesses[] = [];
        errors.push(...readMembers(host, containers, (member) => members.push(member)));
        for (const { container, pids, network } of members) {
          await forEachItem(new Set(pids), (pid) => emitProcess(host, emit, { container, pid })).catch(
            (error: AggregateError) => errors.push(...error.errors),
          );
          if (network !== undefined) emitNetwork(emit, container, network);
        }
        if (errors.length > 0) throw new AggregateError(errors);
      },
    };
  },
});

interface Process {
  readonly container: Container;
  readonly pid: number;
}

/** @throws {AbsentError} when it ends meanwhile */
function emitProcess({ proc }: Host, emit: Emit, { container, pid }: Process): void {
  const times: ProcessStat = proc.read(`${pid}/stat`, parseProcessStat);
  const memory: ProcessStatus = proc.read(`${pid}/status`, parseProcessStatus);
  const labels = (type: string) => ({ id: container.id, name: container.metadata.name, type, pid: String(pid) });
  emit(utime, times.userTicks, labels('utime'));
  emit(stime, times.systemTicks, labels('stime'));
  emit(cutime, times.childrenUserTicks, labels('cutime'));
  emit(cstime, times.childrenSystemTicks, labels('cstime'));
  if (memory.vmSizeKib !== undefined) emit(vmSize, memory.vmSizeKib, labels('vmsize'));
  if (memory.vmRssKib !== undefined) emit(vmRss, memory.vmRssKib, labels('vmrss'));
  if (memory.rssFileKib !== undefined) emit(rssFile, memory.rssFileKib, labels('rssfile'));
}

function emitNetwork(emit: Emit, container: Container, interfaces: readonly InterfaceTraffic[]): void {
  const sum = (of: (traffic: InterfaceTraffic) => number): number =>
    interfaces.reduce((total, traffic) => total + of(traffic), 0);
  const sumOf = (direction: 'received' | 'transmitted', count: keyof Traffic): number =>
    sum((traffic) => traffic[direction][count]);
  const labels = (type: string) => ({ id: container.id, name: container.metadata.name, type });
  emit(rxBytes, sumOf('received', 'bytes'), labels('rx_bytes'));
  emit(txBytes, sumOf('transmitted', 'bytes'), labels('tx_bytes'));
  emit(rxPackets, sumOf('received', 'packets'), labels('rx_packets'));
  emit(txPackets, sumOf('transmitted', 'packets'), labels('tx_packets'));
}
