import { type Emit, semconv } from '../../metrics/metric.ts';
import type { RpcStats } from '../../parse/rpc-stats.ts';
import { countNfsCalls, type NfsCallLine, procedureLines } from '../support/nfs-calls.ts';

const VERSION = 'onc_rpc.version';

const packets = semconv.intCounter(
  'nfs.client.net.count',
  '{record}',
  'UDP datagrams and TCP segments that the NFS client handled.',
  ['network.transport'],
);
const connections = semconv.intCounter(
  'nfs.client.net.tcp.connection.accepted',
  '{connection}',
  'TCP connections that the NFS client opened.',
);
const operations = semconv.intCounter(
  'nfs.client.operation.count',
  '{operation}',
  'Operations of NFS version 4 that the NFS client requested.',
  [VERSION, 'nfs.operation.name'],
);
const procedures = semconv.intCounter(
  'nfs.client.procedure.count',
  '{procedure}',
  'Procedures of NFS versions 2 and 3 that the NFS client called.',
  [VERSION, 'onc_rpc.procedure.name'],
);
const refreshes = semconv.intCounter(
  'nfs.client.rpc.authrefresh.count',
  '{authrefresh}',
  'Times that the NFS client refreshed its RPC credentials.',
);
const rpcs = semconv.intCounter('nfs.client.rpc.count', '{request}', 'RPC requests that the NFS client sent.');
const retransmissions = semconv.intCounter(
  'nfs.client.rpc.retransmit.count',
  '{retransmit}',
  'RPC requests that the NFS client retransmitted.',
);

export const semconvFamilies = [packets, connections, operations, procedures, refreshes, rpcs, retransmissions];

/** Families without attributes, each with the first word of a line and the index of the number in that line. */
const NUMBERS = [
  { family: connections, key: 'net', index: 3 },
  { family: rpcs, key: 'rpc', index: 0 },
  { family: retransmissions, key: 'rpc', index: 1 },
  { family: refreshes, key: 'rpc', index: 2 },
];

const PROCEDURE_LINES = procedureLines([2, 3]);

/**
 * The kernel counts the operations of NFS version 4 in the line `proc4`. The index of each counter is the value of a
 * constant `NFSPROC4_CLNT_…` in include/linux/nfs4.h.
 */
const OPERATION_LINES: readonly NfsCallLine[] = [
  {
    key: 'proc4',
    version: 4,
    names: [
      'NULL READ WRITE COMMIT OPEN OPEN_CONFIRM OPEN_NOATTR OPEN_DOWNGRADE CLOSE SETATTR FSINFO RENEW SETCLIENTID',
      'SETCLIENTID_CONFIRM LOCK LOCKT LOCKU ACCESS GETATTR LOOKUP LOOKUP_ROOT REMOVE RENAME LINK SYMLINK CREATE',
      'PATHCONF STATFS READLINK READDIR SERVER_CAPS DELEGRETURN GETACL SETACL FS_LOCATIONS RELEASE_LOCKOWNER SECINFO',
      'FSID_PRESENT EXCHANGE_ID CREATE_SESSION DESTROY_SESSION SEQUENCE GET_LEASE_TIME RECLAIM_COMPLETE LAYOUTGET',
      'GETDEVICEINFO LAYOUTCOMMIT LAYOUTRETURN SECINFO_NO_NAME TEST_STATEID FREE_STATEID GETDEVICELIST',
      'BIND_CONN_TO_SESSION DESTROY_CLIENTID SEEK ALLOCATE DEALLOCATE LAYOUTSTATS CLONE COPY OFFLOAD_CANCEL LOOKUPP',
      'LAYOUTERROR COPY_NOTIFY GETXATTR SETXATTR LISTXATTRS REMOVEXATTR READ_PLUS OFFLOAD_STATUS',
    ].flatMap((names) => names.split(' ')),
  },
];

/** Emits the counters that the kernel prints. */
export function emitSemconv(emit: Emit, stats: RpcStats): void {
  const [, udp, tcp] = stats.get('net') ?? [];
  if (udp !== undefined) emit(packets, udp, { 'network.transport': 'udp' });
  if (tcp !== undefined) emit(packets, tcp, { 'network.transport': 'tcp' });
  for (const { family, key, index } of NUMBERS) {
    const count = stats.get(key)?.[index];
    if (count !== undefined) emit(family, count);
  }
  for (const { version, name, count } of countNfsCalls(stats, PROCEDURE_LINES)) {
    emit(procedures, count, { [VERSION]: version, 'onc_rpc.procedure.name': name });
  }
  for (const { version, name, count } of countNfsCalls(stats, OPERATION_LINES)) {
    emit(operations, count, { [VERSION]: version, 'nfs.operation.name': name });
  }
}
