import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseDrbd } from '../parse/drbd.ts';
import { BYTES_PER_KIB } from '../parse/lines.ts';

const DEVICE = ['device'] as const;
const NODE = ['device', 'node'] as const;

/** Numeric fields of `/proc/drbd`. `factor` converts the unit of the field to the unit of the family. */
const COUNTS = [
  {
    key: 'ns',
    family: counter('node_drbd_network_sent_bytes_total', 'Bytes that the DRBD device sent to its peer.', DEVICE),
    factor: BYTES_PER_KIB,
  },
  {
    key: 'nr',
    // Like node_exporter, do not convert this field to bytes: dashboards rely on the unconverted values.
    family: counter(
      'node_drbd_network_received_bytes_total',
      'Data that the DRBD device received from its peer, in KiB despite the name of this metric.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'dw',
    family: counter(
      'node_drbd_disk_written_bytes_total',
      'Bytes that the DRBD device wrote to the local disk.',
      DEVICE,
    ),
    factor: BYTES_PER_KIB,
  },
  {
    key: 'dr',
    family: counter('node_drbd_disk_read_bytes_total', 'Bytes that the DRBD device read from the local disk.', DEVICE),
    factor: BYTES_PER_KIB,
  },
  {
    key: 'al',
    family: counter(
      'node_drbd_activitylog_writes_total',
      'Updates of the activity log in the metadata of the DRBD device.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'bm',
    family: counter(
      'node_drbd_bitmap_writes_total',
      'Updates of the bitmap in the metadata of the DRBD device.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'lo',
    family: gauge(
      'node_drbd_local_pending',
      'Requests of the DRBD device to its local disk that are not completed yet.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'pe',
    family: gauge(
      'node_drbd_remote_pending',
      'Requests that the DRBD device sent to its peer and that the peer has not answered yet.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'ua',
    family: gauge(
      'node_drbd_remote_unacknowledged',
      'Requests that the DRBD device received from its peer and has not answered yet.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'ap',
    family: gauge(
      'node_drbd_application_pending',
      'Block I/O requests of applications that the DRBD device has not completed yet.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'ep',
    family: gauge(
      'node_drbd_epochs',
      'Epochs of the DRBD device that are not completed yet; an epoch is a group of writes between two write barriers.',
      DEVICE,
    ),
    factor: 1,
  },
  {
    key: 'oos',
    family: gauge(
      'node_drbd_out_of_sync_bytes',
      'Data of the DRBD device that is out of sync with its peer, in bytes.',
      DEVICE,
    ),
    factor: BYTES_PER_KIB,
  },
] as const;

/**
 * Fields that contain the state of the local node and the state of its peer: `Primary/Secondary`. The value of the family
 * is 1 for the state `expected`, 0 for any other state.
 */
const STATES = [
  {
    key: 'ro',
    expected: 'Primary',
    family: gauge(
      'node_drbd_node_role_is_primary',
      '1 if the node (local or remote) has the primary role for the DRBD device, 0 otherwise.',
      NODE,
    ),
  },
  {
    key: 'ds',
    expected: 'UpToDate',
    family: gauge(
      'node_drbd_disk_state_is_up_to_date',
      '1 if the disk of the DRBD device on the node (local or remote) is up to date, 0 otherwise.',
      NODE,
    ),
  },
] as const;

const connected = gauge('node_drbd_connected', '1 if the DRBD device is connected to its peer, 0 otherwise.', DEVICE);

/**
 * The file prints counters in memory: drbd_seq_show() in drivers/block/drbd/drbd_proc.c waits for no peer and no disk.
 *
 * https://linbit.com/drbd-user-guide/users-guide-drbd-8-4/
 */
export const drbd = defineCollector({
  name: 'drbd',
  help: 'Replicated block devices of DRBD from /proc/drbd',
  enabled: false,
  create: () => ({
    families: [...COUNTS.map(({ family }) => family), ...STATES.map(({ family }) => family), connected],
    collect({ proc }, emit) {
      for (const { device, counts, states } of proc.read('drbd', parseDrbd)) {
        for (const { key, family, factor } of COUNTS) {
          const count = counts.get(key);
          if (count !== undefined) emit(family, count * factor, { device });
        }
        for (const { key, expected, family } of STATES) {
          const [local, remote] = states.get(key)?.split('/') ?? [];
          if (local !== undefined) emit(family, local === expected ? 1 : 0, { device, node: 'local' });
          if (remote !== undefined) emit(family, remote === expected ? 1 : 0, { device, node: 'remote' });
        }
        const connection = states.get('cs');
        if (connection !== undefined) emit(connected, connection === 'Connected' ? 1 : 0, { device });
      }
    },
  }),
});
