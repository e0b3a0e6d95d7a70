import { defineCollector } from '../../collection/collector.ts';
import { pattern } from '../../flags/flag.ts';
import type { KernelTree } from '../../host/host.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { parsePortCounter, parsePortRate, parsePortState } from '../../parse/infiniband.ts';
import { MILLISECONDS_PER_SECOND } from '../../util/units.ts';
import { createFilter } from '../support/filter.ts';
import { type EmittingRead, emitDevices, emittingRead, labelReads } from '../support/slow-attributes.ts';
import { BYTES_PER_WORD, COUNTER_DIRECTORIES, WORD_COUNTERS } from './port-counters.ts';

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
/**
 * The attributes are read asynchronously: the state, the rate and the counters of a port come from the firmware of the card,
 * by a command or a management packet that may wait (ib_query_port(), get_perf_mad() and hw_stat_device_show() in
 * drivers/infiniband/core/sysfs.c).
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
        const { sys } = host;
        const devices = sys.list(CLASS).filter(isIncluded);
        await emitDevices(
          host,
          devices.map((device) => listReads(sys, emit, device)),
        );
      },
    };
  },
});

/** Returns the reads of a device and its ports, in the order of the exposition. */
function listReads(sys: KernelTree, emit: Emit, device: string): EmittingRead[] {
  const path = `${CLASS}/${device}`;
  return [
    ...labelReads(
      [
        ['board_id', `${path}/board_id`],
        ['firmware_version', `${path}/fw_ver`],
        ['hca_type', `${path}/hca_type`],
      ],
      (labels) => emit(info, 1, { device, ...labels }),
    ),
    ...sys.listIfPresent(`${path}/ports`).flatMap((port) => {
      const labels = { device, port };
      const portPath = `${path}/ports/${port}`;
      return [
        emittingRead(`${portPath}/state`, parsePortState, (value) => emit(state, value, labels)),
        emittingRead(`${portPath}/phys_state`, parsePortState, (value) => emit(physicalState, value, labels)),
        // The rate of a port without a cable is unknown: the read fails with EINVAL.
        emittingRead(`${portPath}/rate`, parsePortRate, (value) => emit(rate, value, labels)),
        ...listCounterReads(sys, emit, labels),
      ];
    }),
  ];
}

interface PortLabels {
  readonly device: string;
  readonly port: string;
}

/** Returns the reads of the counters of a port. The lifespan comes first, as in the exposition. */
function listCounterReads(sys: KernelTree, emit: Emit, labels: PortLabels): EmittingRead[] {
  const { device, port } = labels;
  const files = COUNTER_DIRECTORIES.filter(({ devices }) => devices.test(device)).flatMap(({ name, families }) => {
    const path = `${CLASS}/${device}/ports/${port}/${name}`;
    return sys.listIfPresent(path).map((file) => ({ file, path: `${path}/${file}`, family: families.get(file) }));
  });
  const lifespans = files
    .filter(({ file }) => file === LIFESPAN)
    .map(({ path }) =>
      emittingRead(path, parsePortCounter, (milliseconds) => {
        // Emit whole seconds, as node_exporter does.
        const seconds = milliseconds === undefined ? undefined : Math.trunc(milliseconds / MILLISECONDS_PER_SECOND);
        if (seconds !== undefined) emit(lifespan, seconds, labels);
      }),
    );
  const counters = files.flatMap(({ file, path, family }) =>
    family === undefined
      ? []
      : emittingRead(path, parsePortCounter, (value) => {
          const factor = WORD_COUNTERS.has(file) ? BYTES_PER_WORD : 1;
          if (value !== undefined) emit(family, value * factor, labels);
        }),
  );
  return [...lifespans, ...counters];
}
