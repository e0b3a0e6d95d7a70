import { type Emit, semconv } from '../../metrics/metric.ts';
import type { RpcStats } from '../../parse/rpc-stats.ts';
import { countNfsCalls, type NfsCallLine, procedureLines } from '../support/nfs-calls.ts';

const VERSION = 'onc_rpc.version';

const stale = semconv.intCounter(
  'nfs.server.fh.stale.count',
  '{fh}',
  'Requests to the NFS server with a stale file handle.',
);
const io = semconv.intCounter(
  'nfs.server.io',
  'By',
  'Bytes that clients read from (receive) and wrote to (transmit) the NFS server.',
  ['network.io.direction'],
);
const packets = semconv.intCounter(
  'nfs.server.net.count',
  '{request}',
  'UDP datagrams and TCP segments that the NFS server handled.',
  ['network.transport'],
);
const connections = semconv.intCounter(
  'nfs.server.net.tcp.connection.accepted',
  '{connection}',
  'TCP connections that the NFS server accepted.',
);
const operations = semconv.intCounter(
  'nfs.server.operation.count',
  '{operation}',
  'Operations of NFS version 4 that the NFS server executed.',
  [VERSION, 'nfs.operation.name'],
);
const procedures = semconv.intCounter(
  'nfs.server.procedure.count',
  '{procedure}',
  'Procedures that the NFS server executed, by NFS version.',
  [VERSION, 'onc_rpc.procedure.name'],
);
const replyCache = semconv.intCounter(
  'nfs.server.repcache.requests',
  '{request}',
  'Requests to the NFS server by result of its reply cache: hit, miss, or nocache for replies that need no caching.',
  ['nfs.server.repcache.status'],
);
const rpcs = semconv.intCounter(
  'nfs.server.rpc.count',
  '{request}',
  'RPC requests to the NFS server; rejected requests have the type of the error as an attribute.',
  ['error.type'],
);
const threads = semconv.intUpDownCounter('nfs.server.thread.count', '{thread}', 'Kernel threads of the NFS server.');

export const semconvFamilies = [
  ...[stale, io, packets, connections, operations, procedures, replyCache, rpcs, threads],
];

const PROCEDURE_LINES = procedureLines([2, 3, 4]);

/** The indexes of the line `proc4ops` are the numbers of the operations in RFC 8881, RFC 7862 and RFC 8276. */
const OPERATION_LINES: readonly NfsCallLine[] = [
  {
    key: 'proc4ops',
    version: 4,
    names: [
      undefined,
      undefined,
      undefined,
      ...[
        'ACCESS CLOSE COMMIT CREATE DELEGPURGE DELEGRETURN GETATTR GETFH LINK LOCK LOCKT LOCKU LOOKUP LOOKUPP NVERIFY',
        'OPEN OPENATTR OPEN_CONFIRM OPEN_DOWNGRADE PUTFH PUTPUBFH PUTROOTFH READ READDIR READLINK REMOVE RENAME RENEW',
        'RESTOREFH SAVEFH SECINFO SETATTR SETCLIENTID SETCLIENTID_CONFIRM VERIFY WRITE RELEASE_LOCKOWNER',
        'BACKCHANNEL_CTL BIND_CONN_TO_SESSION EXCHANGE_ID CREATE_SESSION DESTROY_SESSION FREE_STATEID',
        'GET_DIR_DELEGATION GETDEVICEINFO GETDEVICELIST LAYOUTCOMMIT LAYOUTGET LAYOUTRETURN SECINFO_NO_NAME SEQUENCE',
        'SET_SSV TEST_STATEID WANT_DELEGATION DESTROY_CLIENTID RECLAIM_COMPLETE ALLOCATE COPY COPY_NOTIFY DEALLOCATE',
        'IO_ADVISE LAYOUTERROR LAYOUTSTATS OFFLOAD_CANCEL OFFLOAD_STATUS READ_PLUS SEEK WRITE_SAME CLONE GETXATTR',
        'SETXATTR LISTXATTRS REMOVEXATTR',
      ].flatMap((names) => names.split(' ')),
    ],
  },
];

const CACHE_STATUSES = ['hit', 'miss', 'nocache'] as const;
/** Kinds of rejected RPC requests with their index in the line `rpc`. Index 1 is the sum of all kinds. */
const ERROR_TYPES = [
  ['format', 2],
  ['auth', 3],
  ['client', 4],
] as const;

/** Emits the counters that the kernel prints. */
export function emitSemconv(emit: Emit, stats: RpcStats): void {
  const numberAt = (key: string, index: number): number | undefined => stats.get(key)?.[index];
  emitIo(emit, stats);
  for (const [index, status] of CACHE_STATUSES.entries()) {
    const requests = numberAt('rc', index);
    if (requests !== undefined) emit(replyCache, requests, { 'nfs.server.repcache.status': status });
  }
  const accepted = numberAt('rpc', 0);
  if (accepted !== undefined) emit(rpcs, accepted, { 'error.type': undefined });
  for (const [type, index] of ERROR_TYPES) {
    const rejected = numberAt('rpc', index);
    if (rejected !== undefined) emit(rpcs, rejected, { 'error.type': type });
  }
  const staleRequests = numberAt('fh', 0);
  if (staleRequests !== undefined) emit(stale, staleRequests);
  const running = numberAt('th', 0);
  if (running !== undefined) emit(threads, running);
  for (const { version, name, count } of countNfsCalls(stats, PROCEDURE_LINES)) {
    emit(procedures, count, { [VERSION]: version, 'onc_rpc.procedure.name': name });
  }
  for (const { version, name, count } of countNfsCalls(stats, OPERATION_LINES)) {
    emit(operations, count, { [VERSION]: version, 'nfs.operation.name': name });
  }
}

function emitIo(emit: Emit, stats: RpcStats): void {
  const [read, written] = stats.get('io') ?? [];
  if (read !== undefined) emit(io, read, { 'network.io.direction': 'receive' });
  if (written !== undefined) emit(io, written, { 'network.io.direction': 'transmit' });
  const [, udp, tcp, accepted] = stats.get('net') ?? [];
  if (udp !== undefined) emit(packets, udp, { 'network.transport': 'udp' });
  if (tcp !== undefined) emit(packets, tcp, { 'network.transport': 'tcp' });
  if (accepted !== undefined) emit(connections, accepted);
}
