import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { pattern } from '../../flags/flag.ts';
import type { Host, KernelTree } from '../../host/host.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { parsePortCounter, parsePortRate, parsePortState } from '../../parse/infiniband.ts';
import { parseText } from '../../parse/lines.ts';
import { MILLISECONDS_PER_SECOND } from '../../util/units.ts';
import { createFilter } from '../support/filter.ts';
import { BYTES_PER_WORD, COUNTER_DIRECTORIES, type PortCounter, WORD_COUNTERS } from './port-counters.ts';

const PORT = ['device', 'port'] as const;

const info = gauge('node_infiniband_info', 'Board, firmware and type of the InfiniBand device; always 1.', [
  'device',
  'board_id',
  'firmware_version',
  'hca_type',
]);
const state = gauge(
  'node_infiniband_state_id',
  'State of the InfiniBand port: 0 no change, 1 down, 2 init, 3 armed, 4 active, 5 active defer.',
  PORT,
);
const physicalState = gauge(
  'node_infiniband_physical_state_id',
  'Physical state of the InfiniBand port: 0 no change, 1 sleep, 2 polling, 3 disabled, 4 training, 5 link up, 6 link error recovery, 7 test.',
  PORT,
);
const rate = gauge(
  'node_infiniband_rate_bytes_per_second',
  'Maximum transfer rate of the InfiniBand port, in bytes per second.',
  PORT,
);
const lifespan = gauge(
  'node_infiniband_lifespan_seconds',
  'Maximum age of the hardware counter values that the driver caches for the InfiniBand port, in seconds.',
  PORT,
);

const CLASS = 'class/infiniband';
/** Name of the file in `hw_counters` that contains the maximum age of the counters, in milliseconds. */
const LIFESPAN = 'lifespan';
/** Maximum number of ports that are read at the same time. */
const PARALLEL_PORTS = 2;

/**
 * The attributes of a port are read asynchronously, because their values come from the firmware of the card.
 *
 * https://docs.kernel.org/infiniband/sysfs.html
 */
export const infiniband = defineCollector({
  name: 'infiniband',
  help: 'State and counters of InfiniBand ports from /sys/class/infiniband',
  flags: {
    'device-include': pattern('InfiniBand devices to include; mutually exclusive with device-exclude.'),
    'device-exclude': pattern('InfiniBand devices to exclude; mutually exclusive with device-include.'),
  },
  create(options) {
    const isIncluded = createFilter(
      'collector.infiniband.device',
      options['device-include'],
      options['device-exclude'],
    );
    const counters = COUNTER_DIRECTORIES.flatMap(({ families }) => [...families.values()]);
    return {
      families: [info, state, physicalState, rate, lifespan, ...counters],
      async collect(host, emit) {
        const devices = host.sys.list(CLASS).filter(isIncluded);
        const emitInfos = devices.map((device) => () => emitInfo(host.sys, emit, device));
        const ports = devices.flatMap((device) =>
          host.sys.listIfPresent(`${CLASS}/${device}/ports`).map((port): PortName => ({ device, port })),
        );
        const readings = new Map<PortName, PortReading>();
        const readPorts = ports.map((name) => async () => {
          readings.set(name, await readPort(host, name));
        });
        try {
          await forEachItem([...emitInfos, ...readPorts], (task) => task(), PARALLEL_PORTS);
        } finally {
          // Emit in the order of the ports, not in the order in which their reads end.
          for (const name of ports) emitPort(emit, name, readings.get(name));
        }
      },
    };
  },
});

function emitInfo(sys: KernelTree, emit: Emit, device: string): void {
  const read = (attribute: string): string => sys.readIfPresent(`${CLASS}/${device}/${attribute}`, parseText) ?? '';
  const labels = { board_id: read('board_id'), firmware_version: read('fw_ver'), hca_type: read('hca_type') };
  emit(info, 1, { device, ...labels });
}

interface PortName {
  readonly device: string;
  readonly port: string;
}

interface PortCounts {
  readonly lifespanMs: number | undefined;
  readonly counts: ReadonlyMap<PortCounter, number>;
}

interface PortReading extends PortCounts {
  readonly state: number;
  readonly physicalState: number;
  readonly rate: number;
}

async function readPort(host: Host, { device, port }: PortName): Promise<PortReading> {
  const path = `${CLASS}/${device}/ports/${port}`;
  const { slowSys } = host;
  return {
    state: await slowSys.read(`${path}/state`, parsePortState),
    physicalState: await slowSys.read(`${path}/phys_state`, parsePortState),
    rate: await slowSys.read(`${path}/rate`, parsePortRate),
    ...(await readPortCounts(host, device, path)),
  };
}

async function readPortCounts({ sys, slowSys }: Host, device: string, port: string): Promise<PortCounts> {
  const counts = new Map<PortCounter, number>();
  let lifespanMs: number | undefined;
  for (const { name: directory, families } of COUNTER_DIRECTORIES.filter(({ devices }) => devices.test(device))) {
    for (const file of sys.listIfPresent(`${port}/${directory}`)) {
      const family = families.get(file);
      if (family === undefined && file !== LIFESPAN) continue;
      const value = await slowSys.readIfPresent(`${port}/${directory}/${file}`, parsePortCounter, {
        ignoreErrno: NO_COUNTER_ERRNOS,
      });
      if (family === undefined) lifespanMs = value;
      else if (value !== undefined) counts.set(family, WORD_COUNTERS.has(file) ? value * BYTES_PER_WORD : value);
    }
  }
  return { lifespanMs, counts };
}

/** Errors of a counter without a value. EINVAL: the port has no such counter. EACCES, EPERM: only root may read it. */
const NO_COUNTER_ERRNOS: ReadonlySet<string> = new Set(['EINVAL', 'EACCES', 'EPERM']);

function emitPort(emit: Emit, labels: PortName, reading: PortReading | undefined): void {
  if (reading === undefined) return;
  emit(state, reading.state, labels);
  emit(physicalState, reading.physicalState, labels);
  emit(rate, reading.rate, labels);
  const { lifespanMs } = reading;
  // Emit whole seconds, as node_exporter does.
  if (lifespanMs !== undefined) emit(lifespan, Math.trunc(lifespanMs / MILLISECONDS_PER_SECOND), labels);
  for (const [family, value] of reading.counts) emit(family, value, labels);
}
