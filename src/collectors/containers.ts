import { defineCollector } from '../collector.ts';
import type { Container } from '../containers/container.ts';
import { deviceNames } from '../containers/devices.ts';
import { CONTAINER_LABELS } from '../containers/labels.ts';
import { cpuFamilies, emitCpu } from '../containers/metrics/cpu.ts';
import { emitIo, ioFamilies } from '../containers/metrics/io.ts';
import { emitMemory, memoryFamilies } from '../containers/metrics/memory.ts';
import { emitNetwork, networkFamilies } from '../containers/metrics/network.ts';
import { emitPressures, emitTasks, taskFamilies } from '../containers/metrics/tasks.ts';
import { readContainers } from '../containers/reading.ts';
import { ContainerTable } from '../containers/table.ts';
import { toggle } from '../flag.ts';
import { gauge, type Labels } from '../metric.ts';

const startTime = gauge(
  'container_start_time_seconds',
  'When it was started, in seconds since 1970.',
  CONTAINER_LABELS,
);
const lastSeen = gauge('container_last_seen', 'When it was last seen, in seconds since 1970.', CONTAINER_LABELS);
const info = gauge('container_info', 'What a container is called; always 1.', [
  ...CONTAINER_LABELS,
  'runtime',
  'container_id',
]);

export const containers = defineCollector({
  name: 'containers',
  help: 'Containers, from their cgroups',
  flagRoot: 'containers',
  flags: {
    'slim-labels': toggle('Leave all labels but id to container_info.'),
  },
  create: ({ 'slim-labels': slim }) => {
    const table = new ContainerTable();
    return {
      families: [
        ...cpuFamilies,
        ...memoryFamilies,
        ...networkFamilies,
        ...ioFamilies,
        ...taskFamilies,
        startTime,
        lastSeen,
        info,
      ],
      collect(host, emit) {
        const { readings, errors } = readContainers(host, table.list(host));
        const now = Math.floor(host.now());
        const nameOf = deviceNames(host.sys);
        for (const { container, cpu, memory, network, io, processes, threads, pressure, started } of readings) {
          const labels = container.labels(slim);
          emitCpu(emit, cpu, labels);
          emitMemory(emit, memory, labels);
          if (network !== undefined) emitNetwork(emit, network, labels);
          emitIo(emit, io, { labels, nameOf });
          emitTasks(emit, { processes, threads }, labels);
          emitPressures(emit, pressure, labels);
          emit(startTime, started, labels.base);
          emit(lastSeen, now, labels.base);
          emit(info, 1, infoOf(container));
        }
        if (errors.length > 0) throw new AggregateError(errors);
      },
    };
  },
});

function infoOf({ path, names, runtime, id }: Container): Labels<(typeof info.labels)[number]> {
  const { name, image, namespace, pod, container } = names;
  return { id: path, name, image, namespace, pod, container, runtime, container_id: id };
}
