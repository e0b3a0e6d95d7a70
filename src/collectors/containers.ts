import { defineCollector } from '../collection/collector.ts';
import { ContainerTable } from '../containers/discovery/container-table.ts';
import { labelFlags, metadataFlags, metadataSources } from '../containers/metadata/metadata-sources.ts';
import { MetadataResolver } from '../containers/metadata/resolver.ts';
import { cpuFamilies, emitCpu } from '../containers/metrics/cpu.ts';
import { putSince } from '../containers/metrics/emit-if-known.ts';
import { containerInfo } from '../containers/metrics/info.ts';
import { emitIo, ioFamilies } from '../containers/metrics/io.ts';
import { CONTAINER_LABELS } from '../containers/metrics/labels.ts';
import { emitMemory, memoryFamilies } from '../containers/metrics/memory.ts';
import { emitNetwork, networkFamilies } from '../containers/metrics/network.ts';
import { ContainerSemconv, conventionFamilies } from '../containers/metrics/semconv.ts';
import { emitPressures, emitTasks, taskFamilies } from '../containers/metrics/tasks.ts';
import { deviceNames } from '../containers/usage/device-names.ts';
import { type ContainerReading, readContainers } from '../containers/usage/read-containers.ts';
import { toggle } from '../flags/flag.ts';
import { type Emit, gauge } from '../metrics/metric.ts';

const startTime = gauge(
  'container_start_time_seconds',
  'When it was started, in seconds since 1970.',
  CONTAINER_LABELS,
);
const lastSeen = gauge('container_last_seen', 'When it was last seen, in seconds since 1970.', CONTAINER_LABELS);
const nameSource = gauge(
  'node_container_names_source',
  'Whether a source of the names of containers answers; one that this machine does not have is left out.',
  ['source'],
);

/** Names, types and units are those of cAdvisor. */
export const containers = defineCollector({
  name: 'containers',
  help: 'Containers of all runtimes, from their cgroups',
  flagRoot: 'containers',
  flags: {
    ...metadataFlags,
    ...labelFlags,
    'slim-labels': toggle('Leave all labels of containers but id to container_info.'),
  },
  create: ({ 'slim-labels': slim, labels: allowed, ...sockets }) => {
    // What is kept of a container between passes is what does not change while it lives.
    const table = new ContainerTable();
    const names = new MetadataResolver(metadataSources(sockets, allowed));
    const info = containerInfo(allowed);
    const conventions = new ContainerSemconv();
    return {
      families: [
        ...cpuFamilies,
        ...memoryFamilies,
        ...networkFamilies,
        ...ioFamilies,
        ...taskFamilies,
        startTime,
        lastSeen,
        info.family,
        nameSource,
        ...conventionFamilies,
      ],
      async collect(host, emit) {
        const found = table.list(host);
        const unnamed = await names.name(host, found);
        const nameOf = deviceNames(host.sys);
        const errors = readContainers(host, found, (reading) => {
          const now = host.now();
          if (emit.convention === 'semconv') conventions.emit(emit, reading, { now, elapsed: host.elapsed(), nameOf });
          else {
            emitReading(emit, reading, { slim, now: Math.floor(now), nameOf });
            info.emit(emit, reading.container);
          }
        });
        for (const [source, answers] of names.answers) emit(nameSource, answers ? 1 : 0, { source });
        if (errors.length + unnamed.length > 0) throw new AggregateError([...errors, ...unnamed]);
      },
    };
  },
});

interface Options {
  readonly slim: boolean;
  readonly now: number;
  readonly nameOf: (device: string) => string;
}

function emitReading(emit: Emit, reading: ContainerReading, { slim, now, nameOf }: Options): void {
  const labels = reading.container.labels(slim);
  const put = putSince(emit, reading.started);
  emitCpu(put, reading.cpu, labels);
  emitMemory(put, reading.memory, labels);
  if (reading.network !== undefined) emitNetwork(put, reading.network, labels);
  emitIo(put, reading.io, { labels, nameOf });
  emitTasks(put, reading, labels);
  emitPressures(put, reading.pressure, labels);
  emit(startTime, reading.started, labels.base);
  emit(lastSeen, now, labels.base);
}
