import type { CounterRates, CounterValues } from '../../collection/rate-window.ts';
import { sumTraffic } from '../../parse/net-dev.ts';
import type { ContainerReading } from '../usage/container-reader.ts';
import { type CpuUsage, getMemoryLimit, getWorkingSet } from '../usage/usage.ts';

/** An entry of `/info/containers`, which describes one container. A value is `null` if it is unknown. */
export interface ContainerReport {
  /** Path of the container's cgroup, as in the label `id` of its metrics. */
  readonly id: string;
  readonly containerId: string;
  readonly runtime: string | null;
  readonly name: string | null;
  readonly image: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  /** Limits of the container; `null` for a resource without a limit. */
  readonly limits: {
    /** Number of CPUs. */
    readonly cpu: number | null;
    /** Memory in bytes. */
    readonly memory: number | null;
  };
  readonly cpu: {
    /** CPU time in seconds. */
    readonly seconds: number | null;
    /** Average number of CPUs used since the previous report; `null` in the first report of a container. */
    readonly share: number | null;
  };
  /** Memory usage in bytes. */
  readonly memory: { readonly usage: number | null; readonly workingSet: number | null; readonly rss: number | null };
  /** Traffic of all interfaces together; `null` if another container or the host owns the network namespace. */
  readonly network: NetworkReport | null;
}

export interface NetworkReport {
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  /** Average rate since the previous report; `null` in the first report of a container. */
  readonly receivedBytesPerSecond: number | null;
  readonly transmittedBytesPerSecond: number | null;
}

/** Counters whose rates a report contains. */
export type ReportCounter = 'cpu' | 'received' | 'transmitted';

/** Returns the counters of a container: CPU time in seconds, and bytes received and transmitted on all interfaces. */
export function readCounters({ cpu, network }: ContainerReading): CounterValues<ReportCounter> {
  return {
    cpu: cpu.usage,
    received: network && sumTraffic(network, ({ received }) => received.bytes),
    transmitted: network && sumTraffic(network, ({ transmitted }) => transmitted.bytes),
  };
}

/** @param rates per-second rates of the counters that {@link readCounters} returns */
export function toContainerReport(
  { container, metadata, cpu, memory }: ContainerReading,
  counters: CounterValues<ReportCounter>,
  rates: CounterRates<ReportCounter>,
): ContainerReport {
  const { name, image, namespace, pod, container: containerName } = metadata;
  return {
    id: container.path,
    containerId: container.id,
    runtime: container.runtime ?? null,
    name: name ?? null,
    image: image ?? null,
    namespace: namespace ?? null,
    pod: pod ?? null,
    container: containerName ?? null,
    limits: { cpu: getCpuLimit(cpu), memory: getMemoryLimit(memory) ?? null },
    cpu: { seconds: cpu.usage ?? null, share: rates.cpu ?? null },
    memory: { usage: memory.usage ?? null, workingSet: getWorkingSet(memory) ?? null, rss: memory.rss ?? null },
    network: toNetworkReport(counters, rates),
  };
}

/** Returns the CPU quota as a number of CPUs; `null` without a quota. */
function getCpuLimit({ quota, period }: CpuUsage): number | null {
  return quota === undefined || period === undefined || quota === Number.POSITIVE_INFINITY ? null : quota / period;
}

function toNetworkReport(
  { received, transmitted }: CounterValues<ReportCounter>,
  rates: CounterRates<ReportCounter>,
): NetworkReport | null {
  if (received === undefined || transmitted === undefined) return null;
  return {
    receivedBytes: received,
    transmittedBytes: transmitted,
    receivedBytesPerSecond: rates.received ?? null,
    transmittedBytesPerSecond: rates.transmitted ?? null,
  };
}
