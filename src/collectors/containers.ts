import { defineCollector } from '../collection/collector.ts';
import { createMetadataSources, labelFlags, metadataFlags } from '../containers/metadata/metadata-sources.ts';
import { ContainerMemo } from '../containers/metrics/container-memo.ts';
import { cpuFamilies, emitCpu } from '../containers/metrics/cpu.ts';
import { createEmitIfKnown } from '../containers/metrics/emit-if-known.ts';
import { ContainerInfo } from '../containers/metrics/info.ts';
import { emitIo, ioFamilies } from '../containers/metrics/io.ts';
import { CONTAINER_LABELS, type ContainerLabels, createContainerLabels } from '../containers/metrics/labels.ts';
import { emitMemory, memoryFamilies } from '../containers/metrics/memory.ts';
import { emitNetwork, networkFamilies } from '../containers/metrics/network.ts';
import { emitPressures, pressureFamilies } from '../containers/metrics/pressure.ts';
import { ContainerSemconv, semconvFamilies } from '../containers/metrics/semconv.ts';
import { emitTasks, taskFamilies } from '../containers/metrics/tasks.ts';
import { ContainerReader, type ContainerReading } from '../containers/usage/container-reader.ts';
import { createDeviceName, type DeviceName } from '../containers/usage/device-names.ts';
import { toggle } from '../flags/flag.ts';
import { type Emit, gauge } from '../metrics/metric.ts';

const startTime = gauge(
  'container_start_time_seconds',
  'Start time of the container, as Unix time in seconds.',
  CONTAINER_LABELS,
);
const lastSeen = gauge(
  'container_last_seen',
  'Time at which the exporter last found the container, as Unix time in seconds.',
  CONTAINER_LABELS,
);
const metadataSource = gauge(
  'node_container_names_source',
  '1 if the source of container metadata responds, 0 if it fails; a source that does not exist on the host has no series.',
  ['source'],
);

/** The families have the names, types and units of cAdvisor. */
export const containers = defineCollector({
  name: 'containers',
  help: 'Containers of all runtimes, from their cgroups',
  flagRoot: 'containers',
  flags: {
    ...metadataFlags,
    ...labelFlags,
    'slim-labels': toggle('Label container series with id only; container_info has all labels.'),
  },
  create: ({ 'slim-labels': isSlim, labels: allowed, ...sockets }) => {
    const reader = new ContainerReader(createMetadataSources(sockets, allowed));
    const memo = new ContainerMemo(reader, ({ container, metadata }) =>
      createContainerLabels({ id: container.path, ...(isSlim ? {} : metadata) }),
    );
    const info = new ContainerInfo(reader, allowed);
    const semconv = new ContainerSemconv(reader);
    return {
      families: [
        ...cpuFamilies,
        ...memoryFamilies,
        ...networkFamilies,
        ...ioFamilies,
        ...taskFamilies,
        ...pressureFamilies,
        startTime,
        lastSeen,
        info.family,
        metadataSource,
        ...semconvFamilies,
      ],
      async collect(host, emit) {
        const { containers: discovered, errors: metadataErrors } = await reader.find(host);
        const deviceName = createDeviceName(host.sys);
        if (emit.convention === 'semconv') semconv.startPass();
        const readErrors = reader.readUsage(host, discovered, (reading) => {
          const now = host.now();
          if (emit.convention === 'semconv') {
            semconv.emit(emit, reading, { now, elapsed: host.elapsed(), deviceName });
          } else {
            emitReading(emit, reading, { labels: memo.get(reading), now: Math.floor(now), deviceName });
            info.emit(emit, reading);
          }
        });
        for (const [source, isAvailable] of reader.metadataAvailability) {
          emit(metadataSource, isAvailable ? 1 : 0, { source });
        }
        const errors = [...readErrors, ...metadataErrors];
        if (errors.length > 0) throw new AggregateError(errors);
      },
    };
  },
});

interface EmitContext {
  readonly labels: ContainerLabels;
  /** Unix time in whole seconds at which the values of the container were read. */
  readonly now: number;
  readonly deviceName: DeviceName;
}

function emitReading(emit: Emit, reading: ContainerReading, { labels, now, deviceName }: EmitContext): void {
  const emitIfKnown = createEmitIfKnown(emit, reading.startTime);
  emitCpu(emitIfKnown, reading.cpu, labels);
  emitMemory(emitIfKnown, reading.memory, labels);
  if (reading.network !== undefined) emitNetwork(emitIfKnown, reading.network, labels);
  emitIo(emitIfKnown, reading.io, { labels, deviceName });
  emitTasks(emitIfKnown, reading, labels);
  emitPressures(emitIfKnown, reading.pressure, labels);
  emitIfKnown(startTime, reading.startTime, labels);
  emit(lastSeen, now, labels);
}
