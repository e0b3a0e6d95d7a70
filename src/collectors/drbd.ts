import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseDrbd } from '../parse/drbd.ts';

const KIBIBYTE = 1024;

/** By the key of the field. */
const NUMBERS = [
  {
    key: 'ns',
    family: counter('node_drbd_network_sent_bytes_total', 'Bytes sent over the network.', ['device']),
    scale: KIBIBYTE,
  },
  {
    key: 'nr',
    // The kernel counts kibibytes here too; node_exporter takes them as they are, and dashboards with it.
    family: counter('node_drbd_network_received_bytes_total', 'What came over the network.', ['device']),
    scale: 1,
  },
  {
    key: 'dw',
    family: counter('node_drbd_disk_written_bytes_total', 'Bytes written to the local disk.', ['device']),
    scale: KIBIBYTE,
  },
  {
    key: 'dr',
    family: counter('node_drbd_disk_read_bytes_total', 'Bytes read from the local disk.', ['device']),
    scale: KIBIBYTE,
  },
  {
    key: 'al',
    family: counter('node_drbd_activitylog_writes_total', 'Updates of the activity log.', ['device']),
    scale: 1,
  },
  { key: 'bm', family: counter('node_drbd_bitmap_writes_total', 'Updates of the bitmap.', ['device']), scale: 1 },
  {
    key: 'lo',
    family: gauge('node_drbd_local_pending', 'Requests to the local disk under way.', ['device']),
    scale: 1,
  },
  {
    key: 'pe',
    family: gauge('node_drbd_remote_pending', 'Requests to the peer that it has not answered.', ['device']),
    scale: 1,
  },
  {
    key: 'ua',
    family: gauge('node_drbd_remote_unacknowledged', 'Requests of the peer not answered yet.', ['device']),
    scale: 1,
  },
  {
    key: 'ap',
    family: gauge('node_drbd_application_pending', 'Requests of applications not answered yet.', ['device']),
    scale: 1,
  },
  { key: 'ep', family: gauge('node_drbd_epochs', 'Epochs under way.', ['device']), scale: 1 },
  {
    key: 'oos',
    family: gauge('node_drbd_out_of_sync_bytes', 'Bytes known not to be in sync.', ['device']),
    scale: KIBIBYTE,
  },
] as const;

/** Of this node and its peer, by the key of the field: what each of them has to say. */
const PAIRS = [
  ['ro', 'Primary', gauge('node_drbd_node_role_is_primary', 'Whether a node is primary.', ['device', 'node'])],
  [
    'ds',
    'UpToDate',
    gauge('node_drbd_disk_state_is_up_to_date', 'Whether the disk of a node is up to date.', ['device', 'node']),
  ],
] as const;

const connected = gauge('node_drbd_connected', 'Whether it is connected to the peer.', ['device']);

export const drbd = defineCollector({
  name: 'drbd',
  help: 'Replicated block devices from /proc/drbd',
  enabled: false,
  create: () => ({
    families: [...NUMBERS.map(({ family }) => family), ...PAIRS.map(([, , family]) => family), connected],
    collect({ proc }, emit) {
      for (const { device, counts, states } of proc.read('drbd', parseDrbd)) {
        for (const { key, family, scale } of NUMBERS) {
          const count = counts.get(key);
          if (count !== undefined) emit(family, count * scale, { device });
        }
        for (const [key, wanted, family] of PAIRS) {
          const [local, remote] = states.get(key)?.split('/') ?? [];
          if (local !== undefined) emit(family, local === wanted ? 1 : 0, { device, node: 'local' });
          if (remote !== undefined) emit(family, remote === wanted ? 1 : 0, { device, node: 'remote' });
        }
        const state = states.get('cs');
        if (state !== undefined) emit(connected, state === 'Connected' ? 1 : 0, { device });
      }
    },
  }),
});
