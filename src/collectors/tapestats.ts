import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';

const LABELS = ['device'] as const;
const SECONDS_PER_NANOSECOND = 1e-9;

/**
 * Files of `/sys/class/scsi_tape/<device>/stats`, each with its family and the factor that converts its number to the
 * family's unit.
 */
const STATISTICS = [
  {
    file: 'in_flight',
    family: gauge('node_tape_io_now', 'Requests to the tape drive that are in progress.', LABELS),
    scale: 1,
  },
  {
    file: 'io_ns',
    family: counter(
      'node_tape_io_time_seconds_total',
      'Total duration of all requests to the tape drive, including tape movements, in seconds.',
      LABELS,
    ),
    scale: SECONDS_PER_NANOSECOND,
  },
  {
    file: 'other_cnt',
    family: counter(
      'node_tape_io_others_total',
      'Requests to the tape drive that were neither reads nor writes.',
      LABELS,
    ),
    scale: 1,
  },
  {
    file: 'read_byte_cnt',
    family: counter('node_tape_read_bytes_total', 'Bytes read from the tape drive.', LABELS),
    scale: 1,
  },
  {
    file: 'read_cnt',
    family: counter('node_tape_reads_completed_total', 'Read requests that the tape drive completed.', LABELS),
    scale: 1,
  },
  {
    file: 'read_ns',
    family: counter(
      'node_tape_read_time_seconds_total',
      'Total duration of read requests to the tape drive, in seconds.',
      LABELS,
    ),
    scale: SECONDS_PER_NANOSECOND,
  },
  {
    file: 'resid_cnt',
    family: counter(
      'node_tape_residual_total',
      'Read and write requests to the tape drive that moved less data than requested.',
      LABELS,
    ),
    scale: 1,
  },
  {
    file: 'write_byte_cnt',
    family: counter('node_tape_written_bytes_total', 'Bytes written to the tape drive.', LABELS),
    scale: 1,
  },
  {
    file: 'write_cnt',
    family: counter('node_tape_writes_completed_total', 'Write requests that the tape drive completed.', LABELS),
    scale: 1,
  },
  {
    file: 'write_ns',
    family: counter(
      'node_tape_write_time_seconds_total',
      'Total duration of write requests to the tape drive, in seconds.',
      LABELS,
    ),
    scale: SECONDS_PER_NANOSECOND,
  },
] as const;

const CLASS = 'class/scsi_tape';

/**
 * Matches `st0`, but neither `st0l` (the same tape drive in another mode) nor `nst0` (the same tape drive without
 * rewinding).
 */
const TAPE = /^st\d+$/;

/** https://docs.kernel.org/scsi/st.html#sysfs-and-statistics-for-tape-devices */
export const tapestats = defineCollector({
  name: 'tapestats',
  help: 'Reads and writes of SCSI tape drives from /sys/class/scsi_tape',
  flags: { 'ignored-devices': pattern('Tape drives to exclude.', '^$') },
  create: ({ 'ignored-devices': ignored }) => ({
    families: STATISTICS.map(({ family }) => family),
    async collect({ sys }, emit) {
      const devices = sys.list(CLASS).filter((name) => TAPE.test(name) && !(ignored?.test(name) ?? false));
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
