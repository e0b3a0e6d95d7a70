import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';

const SECONDS_PER_NANOSECOND = 1e-9;

/** By the name of the attribute. */
const STATISTICS = [
  { file: 'in_flight', family: gauge('node_tape_io_now', 'Requests under way.', ['device']), scale: 1 },
  {
    file: 'io_ns',
    family: counter('node_tape_io_time_seconds_total', 'Time that all requests took.', ['device']),
    scale: SECONDS_PER_NANOSECOND,
  },
  {
    file: 'other_cnt',
    family: counter('node_tape_io_others_total', 'Requests other than reads and writes.', ['device']),
    scale: 1,
  },
  { file: 'read_byte_cnt', family: counter('node_tape_read_bytes_total', 'Bytes read.', ['device']), scale: 1 },
  { file: 'read_cnt', family: counter('node_tape_reads_completed_total', 'Reads.', ['device']), scale: 1 },
  {
    file: 'read_ns',
    family: counter('node_tape_read_time_seconds_total', 'Time that all reads took.', ['device']),
    scale: SECONDS_PER_NANOSECOND,
  },
  {
    file: 'resid_cnt',
    family: counter('node_tape_residual_total', 'Reads and writes of less than was asked for.', ['device']),
    scale: 1,
  },
  { file: 'write_byte_cnt', family: counter('node_tape_written_bytes_total', 'Bytes written.', ['device']), scale: 1 },
  { file: 'write_cnt', family: counter('node_tape_writes_completed_total', 'Writes.', ['device']), scale: 1 },
  {
    file: 'write_ns',
    family: counter('node_tape_write_time_seconds_total', 'Time that all writes took.', ['device']),
    scale: SECONDS_PER_NANOSECOND,
  },
] as const;

const CLASS = 'class/scsi_tape';

/** https://docs.kernel.org/scsi/st.html#sysfs-and-statistics-for-tape-devices */
export const tapestats = defineCollector({
  name: 'tapestats',
  help: 'Reads and writes of SCSI tapes from /sys/class/scsi_tape',
  flags: { 'ignored-devices': pattern('Devices to leave out.', '^$') },
  create: ({ 'ignored-devices': ignored }) => ({
    families: STATISTICS.map(({ family }) => family),
    async collect({ sys }, emit) {
      // The same tape has other names for other densities, and for not being rewound: st0l, nst0.
      const devices = sys.list(CLASS).filter((name) => /^st\d+$/.test(name) && !(ignored?.test(name) ?? false));
      await forEachItem(devices, (device) => {
        const values = STATISTICS.map(({ file }) =>
          sys.readIfPresent(`${CLASS}/${device}/stats/${file}`, parseIntegerFile),
        );
        for (const [index, { family, scale }] of STATISTICS.entries()) {
          const value = values[index];
          if (value !== undefined) emit(family, value * scale, { device });
        }
      });
    },
  }),
});
