import { counter, type Family, gauge } from '../../metrics/metric.ts';

const MOUNT = ['export', 'protocol', 'mountaddr'] as const;
const TRANSPORT = [...MOUNT, 'transport'] as const;
const OPERATION = [...MOUNT, 'operation'] as const;

export type MountLabel = (typeof MOUNT)[number];
type TransportLabel = (typeof TRANSPORT)[number];
type OperationLabel = (typeof OPERATION)[number];

/** The family of each number in a line; `undefined` for a number without a family. */
export type LineFamilies<L extends string> = readonly (Family<L, 'counter' | 'gauge'> | undefined)[];

const PREFIX = 'node_mountstats_nfs_';

export const age = counter(
  `${PREFIX}age_seconds_total`,
  'Time since the NFS file system was mounted, in seconds.',
  MOUNT,
);
export const mountpointInfo = gauge(`${PREFIX}mountpoint_info`, 'Mount point of the NFS mount; always 1.', [
  ...MOUNT,
  'mountpoint',
]);

/** Families of the line `bytes:`. */
export const BYTES: LineFamilies<MountLabel> = [
  mountCounter('read_bytes', 'Bytes that applications read from the NFS mount with read(2).'),
  mountCounter('write_bytes', 'Bytes that applications wrote to the NFS mount with write(2).'),
  mountCounter(
    'direct_read_bytes',
    'Bytes that applications read from the NFS mount with read(2) and the flag O_DIRECT.',
  ),
  mountCounter(
    'direct_write_bytes',
    'Bytes that applications wrote to the NFS mount with write(2) and the flag O_DIRECT.',
  ),
  mountCounter('total_read_bytes', 'Bytes that the NFS mount read from the server.'),
  mountCounter('total_write_bytes', 'Bytes that the NFS mount wrote to the server.'),
  mountCounter('read_pages', 'Memory pages read from the NFS mount.'),
  mountCounter('write_pages', 'Memory pages written to the NFS mount.'),
];

function mountCounter(name: string, help: string) {
  return counter(`${PREFIX}${name}_total`, help, MOUNT);
}

/** Families of the line `events:`. */
export const EVENTS: LineFamilies<MountLabel> = [
  eventCounter(
    'inode_revalidate',
    'Times that the NFS mount checked with the server whether cached attributes of an inode are still valid.',
  ),
  eventCounter(
    'dnode_revalidate',
    'Times that the NFS mount checked with the server whether a cached directory entry is still valid.',
  ),
  eventCounter('data_invalidate', 'Times that the NFS mount dropped the cached data of an inode.'),
  eventCounter('attribute_invalidate', 'Times that the NFS mount dropped the cached attributes of an inode.'),
  eventCounter('vfs_open', 'Times that a file or directory was opened on the NFS mount.'),
  eventCounter('vfs_lookup', 'Times that a file name was looked up on the NFS mount.'),
  eventCounter('vfs_access', 'Times that access permissions were checked on the NFS mount.'),
  eventCounter('vfs_update_page', 'Times that a cached page of a file on the NFS mount was updated.'),
  eventCounter('vfs_read_page', 'Times that a single page was read from the NFS mount.'),
  eventCounter('vfs_read_pages', 'Times that a group of pages was read from the NFS mount.'),
  eventCounter('vfs_write_page', 'Times that a single page was written to the NFS mount.'),
  eventCounter('vfs_write_pages', 'Times that a group of pages was written to the NFS mount.'),
  eventCounter('vfs_getdents', 'Times that directory entries were read from the NFS mount with getdents(2).'),
  eventCounter('vfs_setattr', 'Times that the attributes of a file on the NFS mount were set.'),
  eventCounter('vfs_flush', 'Times that the NFS mount flushed pending writes to the server.'),
  eventCounter('vfs_fsync', 'Times that fsync(2) was called on the NFS mount.'),
  eventCounter('vfs_lock', 'Times that a process tried to lock a file on the NFS mount.'),
  eventCounter('vfs_file_release', 'Times that a file on the NFS mount was closed and released.'),
  // Waits for write congestion. Current kernels do not count them.
  undefined,
  eventCounter('truncation', 'Times that a file on the NFS mount was truncated.'),
  eventCounter('write_extension', 'Times that a write extended a file on the NFS mount beyond its end.'),
  eventCounter(
    'silly_rename',
    'Times that a file on the NFS mount was removed while open and was therefore only renamed.',
  ),
  eventCounter('short_read', 'Times that the server of the NFS mount returned less data than requested.'),
  eventCounter('short_write', 'Times that the server of the NFS mount wrote less data than sent.'),
  eventCounter(
    'jukebox_delay',
    'Times that the server of the NFS mount replied that the client must retry the request later (EJUKEBOX).',
  ),
  eventCounter('pnfs_read', 'Times that data was read from the NFS mount with parallel NFS (pNFS).'),
  eventCounter('pnfs_write', 'Times that data was written to the NFS mount with parallel NFS (pNFS).'),
];

function eventCounter(name: string, help: string) {
  return counter(`${PREFIX}event_${name}_total`, help, MOUNT);
}

/** Families of each line `xprt:`. */
export const TRANSPORTS: LineFamilies<TransportLabel> = [
  // Number of the local port.
  undefined,
  transportCounter('bind', 'Times that the transport of the NFS mount queried rpcbind for the port of the server.'),
  transportCounter('connect', 'Times that the transport of the NFS mount connected to the server.'),
  // Time that connecting to the server took, in jiffies.
  undefined,
  gauge(
    `${PREFIX}transport_idle_time_seconds`,
    'Time since the last RPC request on the transport of the NFS mount, in seconds.',
    TRANSPORT,
  ),
  transportCounter('sends', 'RPC requests that the transport of the NFS mount sent.'),
  transportCounter('receives', 'RPC replies that the transport of the NFS mount received.'),
  transportCounter(
    'bad_transaction_ids',
    'RPC replies with an unknown transaction ID on the transport of the NFS mount.',
  ),
  // Number of requests in flight, added up each time the kernel sends a request.
  undefined,
  transportCounter(
    'backlog_queue',
    'Sum, over all RPC requests sent, of the length of the backlog queue on the transport of the NFS mount.',
  ),
  gauge(
    `${PREFIX}transport_maximum_rpc_slots`,
    'Highest number of RPC requests that were in progress at the same time on the transport of the NFS mount so far.',
    TRANSPORT,
  ),
  transportCounter(
    'sending_queue',
    'Sum, over all RPC requests sent, of the length of the sending queue on the transport of the NFS mount.',
  ),
  transportCounter(
    'pending_queue',
    'Sum, over all RPC requests sent, of the length of the pending queue on the transport of the NFS mount.',
  ),
];

function transportCounter(name: string, help: string) {
  return counter(`${PREFIX}transport_${name}_total`, help, TRANSPORT);
}

/** Families of the counts of an operation: the first five numbers of a line such as `READ: 1298 1298 0 …`. */
export const OPERATION_COUNTS: LineFamilies<OperationLabel> = [
  operationCounter('requests', 'Requests that the NFS mount sent for the operation.'),
  operationCounter(
    'transmissions',
    'Transmissions of requests that the NFS mount sent for the operation, including retransmissions.',
  ),
  operationCounter(
    'major_timeouts',
    'Times that requests of the NFS mount for the operation had a major timeout: no reply after all retransmissions.',
  ),
  operationCounter('sent_bytes', 'Bytes that the NFS mount sent for requests of the operation, including RPC headers.'),
  operationCounter(
    'received_bytes',
    'Bytes that the NFS mount received in replies to requests of the operation, including RPC headers.',
  ),
];

/** Families of the times of an operation: the sixth to eighth number of its line, which are in milliseconds. */
export const OPERATION_TIMES: LineFamilies<OperationLabel> = [
  operationCounter(
    'queue_time_seconds',
    'Total time that requests of the NFS mount for the operation waited to be sent, in seconds.',
  ),
  operationCounter(
    'response_time_seconds',
    'Total time that requests of the NFS mount for the operation waited for their replies after transmission, in seconds.',
  ),
  operationCounter(
    'request_time_seconds',
    'Total duration of requests of the NFS mount for the operation, from their creation to their completion, in seconds.',
  ),
];

function operationCounter(name: string, help: string) {
  return counter(`${PREFIX}operations_${name}_total`, help, OPERATION);
}

/** All families, in the order of the exposition. */
export const mountstatsFamilies = [
  ...[age, mountpointInfo],
  ...[...BYTES, ...EVENTS, ...TRANSPORTS, ...OPERATION_COUNTS, ...OPERATION_TIMES].filter(
    (family) => family !== undefined,
  ),
];
