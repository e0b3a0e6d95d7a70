import { defineCollector } from '../collection/collector.ts';
import { counter, type Emit, type Family, gauge } from '../metrics/metric.ts';
import { type Mount, parseMountinfo } from '../parse/mountinfo.ts';
import { type NfsMount, parseMountstats } from '../parse/mountstats.ts';

const MOUNT = ['export', 'protocol', 'mountaddr'] as const;
type MountLabel = (typeof MOUNT)[number];
const OPERATION = [...MOUNT, 'operation'] as const;
const TRANSPORT = [...MOUNT, 'transport'] as const;

const PREFIX = 'node_mountstats_nfs_';

const age = counter(`${PREFIX}age_seconds_total`, 'Seconds since the file system was mounted.', MOUNT);
const info = gauge(`${PREFIX}mountpoint_info`, 'Where the file system is mounted; always 1.', [...MOUNT, 'mountpoint']);

/** What stands in each place of a line; `undefined` has no metric. */
type Places<L extends string> = readonly (Family<L, 'counter' | 'gauge'> | undefined)[];

function bytes(name: string, help: string) {
  return counter(`${PREFIX}${name}_total`, help, MOUNT);
}

const BYTES: Places<MountLabel> = [
  bytes('read_bytes', 'Bytes read by read(2).'),
  bytes('write_bytes', 'Bytes written by write(2).'),
  bytes('direct_read_bytes', 'Bytes read by read(2) with O_DIRECT.'),
  bytes('direct_write_bytes', 'Bytes written by write(2) with O_DIRECT.'),
  bytes('total_read_bytes', 'Bytes read from the server.'),
  bytes('total_write_bytes', 'Bytes written to the server.'),
  bytes('read_pages', 'Pages read through mmap(2).'),
  bytes('write_pages', 'Pages written through mmap(2).'),
];

function event(name: string, help: string) {
  return counter(`${PREFIX}event_${name}_total`, help, MOUNT);
}

const EVENTS: Places<MountLabel> = [
  event('inode_revalidate', 'Times that attributes of an inode were checked with the server.'),
  event('dnode_revalidate', 'Times that a directory entry was checked with the server.'),
  event('data_invalidate', 'Times that the cached data of an inode was dropped.'),
  event('attribute_invalidate', 'Times that the cached attributes of an inode were dropped.'),
  event('vfs_open', 'Files and directories opened.'),
  event('vfs_lookup', 'Names looked up.'),
  event('vfs_access', 'Permissions checked.'),
  event('vfs_update_page', 'Pages updated.'),
  event('vfs_read_page', 'Pages read one by one.'),
  event('vfs_read_pages', 'Groups of pages read.'),
  event('vfs_write_page', 'Pages written one by one.'),
  event('vfs_write_pages', 'Groups of pages written.'),
  event('vfs_getdents', 'Times that a directory was listed.'),
  event('vfs_setattr', 'Times that attributes were set.'),
  event('vfs_flush', 'Times that pending writes were sent because a file was closed.'),
  event('vfs_fsync', 'Times that fsync(2) was called.'),
  event('vfs_lock', 'Locks asked for.'),
  event('vfs_file_release', 'Files closed.'),
  // Waits for congestion: the kernel counts none any more.
  undefined,
  event('truncation', 'Files cut short.'),
  event('write_extension', 'Files that grew because of a write behind their end.'),
  event('silly_rename', 'Files removed while they were open.'),
  event('short_read', 'Times that the server gave less than was asked for.'),
  event('short_write', 'Times that the server took less than was sent.'),
  event('jukebox_delay', 'Times that the server said to come back later.'),
  event('pnfs_read', 'Reads by pNFS.'),
  event('pnfs_write', 'Writes by pNFS.'),
];

function transport(name: string, help: string) {
  return counter(`${PREFIX}transport_${name}_total`, help, TRANSPORT);
}

const TRANSPORTS: Places<(typeof TRANSPORT)[number]> = [
  // The port on this side.
  undefined,
  transport('bind', 'Times that a connection was made from nothing.'),
  transport('connect', 'Times that a connection was made.'),
  // Jiffies spent waiting for connections.
  undefined,
  gauge(`${PREFIX}transport_idle_time_seconds`, 'Seconds since the last request.', TRANSPORT),
  transport('sends', 'Requests sent.'),
  transport('receives', 'Replies received.'),
  transport('bad_transaction_ids', 'Replies to requests that nobody knows of.'),
  // Requests under way, summed up over all requests.
  undefined,
  transport('backlog_queue', 'Length of the backlog, summed up over all requests.'),
  gauge(`${PREFIX}transport_maximum_rpc_slots`, 'Most requests that were ever under way at once.', TRANSPORT),
  transport('sending_queue', 'Length of the queue to be sent, summed up over all requests.'),
  transport('pending_queue', 'Length of the queue that waits for replies, summed up over all requests.'),
];

function operation(name: string, help: string) {
  return counter(`${PREFIX}operations_${name}_total`, help, OPERATION);
}

const COUNTS: Places<(typeof OPERATION)[number]> = [
  operation('requests', 'Requests.'),
  operation('transmissions', 'Requests sent, those sent again among them.'),
  operation('major_timeouts', 'Requests that had no reply for a long time.'),
  operation('sent_bytes', 'Bytes sent.'),
  operation('received_bytes', 'Bytes received.'),
];

/** The three after the counts, in milliseconds. */
const TIMES: Places<(typeof OPERATION)[number]> = [
  operation('queue_time_seconds', 'Seconds that requests waited to be sent.'),
  operation('response_time_seconds', 'Seconds between requests and their replies.'),
  operation('request_time_seconds', 'Seconds from the beginning of requests to their end.'),
];

const families = [age, info, ...[...BYTES, ...EVENTS, ...TRANSPORTS, ...COUNTS, ...TIMES].filter(isFamily)];

function isFamily<F>(place: F | undefined): place is F {
  return place !== undefined;
}

export const mountstats = defineCollector({
  name: 'mountstats',
  help: 'Statistics of mounted NFS file systems from /proc/self/mountstats',
  enabled: false,
  create: () => ({
    families,
    collect({ proc }, emit) {
      const mounts = proc.read('self/mountstats', parseMountstats);
      const addresses = addressesOf(mounts, proc.read('self/mountinfo', parseMountinfo));
      // A server's file system mounted twice has one set of statistics.
      const [points, systems] = [new Set<string>(), new Set<string>()];
      for (const [index, mount] of mounts.entries()) {
        for (const { name: protocol } of mount.transports) {
          const labels = { export: mount.device, protocol, mountaddr: addresses[index] ?? '' };
          const system = Object.values(labels).join(' ');
          if (isNew(points, `${system} ${mount.mountPoint}`))
            emit(info, 1, { ...labels, mountpoint: mount.mountPoint });
          if (isNew(systems, system)) emitMount(emit, mount, labels);
        }
      }
    },
  }),
});

function isNew(seen: Set<string>, key: string): boolean {
  const { size } = seen;
  return seen.add(key).size > size;
}

/** Both files list the mounts in one order; in between one may have come or gone. */
function addressesOf(mounts: readonly NfsMount[], all: readonly Mount[]): (string | undefined)[] {
  const others = all.filter(({ type }) => type === 'nfs' || type === 'nfs4');
  return mounts.map(({ device, type }, index) => {
    const isSame = (other: Mount | undefined): boolean => other?.source === device && other.type === type;
    const other = isSame(others[index]) ? others[index] : others.find(isSame);
    return other?.superOptions.find((option) => option.startsWith('addr='))?.slice('addr='.length);
  });
}

function emitMount(emit: Emit, mount: NfsMount, labels: Readonly<Record<MountLabel, string>>): void {
  if (mount.age !== undefined) emit(age, mount.age, labels);
  emitPlaces(emit, BYTES, mount.bytes, labels);
  emitPlaces(emit, EVENTS, mount.events, labels);
  for (const [index, { numbers }] of mount.transports.entries()) {
    emitPlaces(emit, TRANSPORTS, numbers, { ...labels, transport: String(index) });
  }
  for (const { name, numbers } of mount.operations) {
    const seconds = numbers.slice(COUNTS.length).map((milliseconds) => milliseconds / 1000);
    emitPlaces(emit, COUNTS, numbers, { ...labels, operation: name });
    emitPlaces(emit, TIMES, seconds, { ...labels, operation: name });
  }
}

function emitPlaces<L extends string>(
  emit: Emit,
  places: Places<L>,
  numbers: readonly number[],
  labels: Readonly<Record<L, string>>,
): void {
  for (const [index, family] of places.entries()) {
    const value = numbers[index];
    if (family !== undefined && value !== undefined)
      emit<string, 'counter' | 'gauge', 'prometheus'>(family, value, labels);
  }
}
