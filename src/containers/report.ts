import type { Host } from '../host/host.ts';
import type { InterfaceTraffic } from '../parse/interfaces.ts';
import type { MetadataSource } from './metadata/metadata-source.ts';
import { ContainerReader, type ContainerReading } from './usage/container-reader.ts';
import { type CpuUsage, memoryLimit, workingSet } from './usage/usage.ts';

/** A container in a few words, for scripts and the page; what is not known is `null`. */
export interface ContainerReport {
  /** The path of its cgroup, as the label `id` has it. */
  readonly id: string;
  readonly containerId: string;
  readonly runtime: string | null;
  readonly name: string | null;
  readonly image: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  /** In CPUs and bytes; `null` without a limit. */
  readonly limits: { readonly cpu: number | null; readonly memory: number | null };
  readonly cpu: {
    readonly seconds: number | null;
    /** How many CPUs it has used since the last report; `null` in the first that knows it. */
    readonly share: number | null;
  };
  readonly memory: { readonly usage: number | null; readonly workingSet: number | null; readonly rss: number | null };
  /** Of all interfaces; `null` when it is not the container's own. */
  readonly network: NetworkReport | null;
}

export interface NetworkReport {
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
  /** Since the last report. */
  readonly receivedBytesPerSecond: number | null;
  readonly transmittedBytesPerSecond: number | null;
}

/** What one report counted, for the rates of the next. */
interface Counts {
  /** In seconds, on a clock that never steps. */
  readonly at: number;
  readonly started: number;
  readonly cpu: number | undefined;
  readonly received: number | undefined;
  readonly transmitted: number | undefined;
}

/** Reports on containers, with rates over the time since its own last report, whoever else reads meanwhile. */
export class ContainerReporter {
  readonly #reader: ContainerReader;
  #before = new Map<string, Counts>();

  constructor(sources: readonly MetadataSource[]) {
    this.#reader = new ContainerReader(sources);
  }

  /** @throws {AbsentError} where there are no cgroups */
  async report(host: Host): Promise<readonly ContainerReport[]> {
    const { containers } = await this.#reader.find(host);
    const reports: ContainerReport[] = [];
    const counted = new Map<string, Counts>();
    this.#reader.readUsage(host, containers, (reading) => {
      const { path } = reading.container;
      const counts = countsOf(reading, host.elapsed());
      counted.set(path, counts);
      reports.push(toReport(reading, counts, this.#before.get(path)));
    });
    this.#before = counted;
    return reports;
  }
}

function countsOf({ cpu, network, startTime }: ContainerReading, at: number): Counts {
  return {
    at,
    started: startTime,
    cpu: cpu.usage,
    received: network && sumOf(network, ({ received }) => received.bytes),
    transmitted: network && sumOf(network, ({ transmitted }) => transmitted.bytes),
  };
}

function sumOf(interfaces: readonly InterfaceTraffic[], bytes: (traffic: InterfaceTraffic) => number): number {
  return interfaces.reduce((sum, traffic) => sum + bytes(traffic), 0);
}

function toReport(reading: ContainerReading, now: Counts, before: Counts | undefined): ContainerReport {
  const { container, metadata, cpu, memory } = reading;
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
    limits: { cpu: cpuLimitOf(cpu), memory: memoryLimit(memory) ?? null },
    cpu: { seconds: cpu.usage ?? null, share: rateOf('cpu', now, before) },
    memory: { usage: memory.usage ?? null, workingSet: workingSet(memory) ?? null, rss: memory.rss ?? null },
    network: networkOf(now, before),
  };
}

function cpuLimitOf({ quota, period }: CpuUsage): number | null {
  return quota === undefined || period === undefined || quota === Number.POSITIVE_INFINITY ? null : quota / period;
}

function networkOf(now: Counts, before: Counts | undefined): NetworkReport | null {
  if (now.received === undefined || now.transmitted === undefined) return null;
  return {
    receivedBytes: now.received,
    transmittedBytes: now.transmitted,
    receivedBytesPerSecond: rateOf('received', now, before),
    transmittedBytesPerSecond: rateOf('transmitted', now, before),
  };
}

/** A container that was started again counts from zero. */
function rateOf(key: 'cpu' | 'received' | 'transmitted', now: Counts, before: Counts | undefined): number | null {
  if (before === undefined || now.started !== before.started) return null;
  const [count, last, seconds] = [now[key], before[key], now.at - before.at];
  if (count === undefined || last === undefined || count < last || seconds <= 0) return null;
  return (count - last) / seconds;
}
