import { defineCollector } from '../../collection/collector.ts';
import { counter } from '../../metrics/metric.ts';
import { parseRpcStats } from '../../parse/rpc-stats.ts';
import { skipUndefined } from '../support/emit-defined.ts';
import { countOrZero } from '../support/nfs-calls.ts';
import { emitSemconv, semconvFamilies } from './semconv.ts';

const connections = counter('node_nfs_connections_total', 'TCP connections that the NFS client opened.');
const packets = counter(
  'node_nfs_packets_total',
  'Network packets that the NFS client sent and received, by transport protocol.',
  ['protocol'],
);
const requests = counter(
  'node_nfs_requests_total',
  'Requests that the NFS client sent, by NFS version and procedure.',
  ['proto', 'method'],
);
const refreshes = counter(
  'node_nfs_rpc_authentication_refreshes_total',
  'Times that the NFS client refreshed its RPC credentials.',
);
const retransmissions = counter(
  'node_nfs_rpc_retransmissions_total',
  'RPC requests that the NFS client retransmitted.',
);
const rpcs = counter('node_nfs_rpcs_total', 'RPC requests that the NFS client sent.');

/** The procedures of each NFS version, in the order of the kernel: `fs/nfs/nfs2xdr.c`, `nfs3xdr.c` and `nfs4xdr.c`. */
const PROCEDURES = {
  '2':
    'Null GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ' +
    'ReadDir FsStat',
  '3':
    'Null GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ' +
    'ReadDir ReadDirPlus FsStat FsInfo PathConf Commit',
  '4':
    'Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo Renew SetClientID ' +
    'SetClientIDConfirm Lock Lockt Locku Access Getattr Lookup LookupRoot Remove Rename Link Symlink Create Pathconf ' +
    'StatFs ReadLink ReadDir ServerCaps DelegReturn GetACL SetACL FsLocations ReleaseLockowner Secinfo FsidPresent ' +
    'ExchangeID CreateSession DestroySession Sequence GetLeaseTime ReclaimComplete GetDeviceInfo LayoutGet ' +
    'LayoutCommit LayoutReturn SecinfoNoName TestStateID FreeStateID GetDeviceList BindConnToSession DestroyClientID ' +
    'Seek Allocate DeAllocate LayoutStats Clone',
};

const METHODS = Object.entries(PROCEDURES).flatMap(([proto, names]) =>
  names.split(' ').map((method, index) => ({ key: `proc${proto}`, index, labels: { proto, method } })),
);

export const nfs = defineCollector({
  name: 'nfs',
  help: 'Requests of the NFS client from /proc/net/rpc/nfs',
  create: () => ({
    families: [connections, packets, requests, refreshes, retransmissions, rpcs, ...semconvFamilies],
    collect({ proc }, emit) {
      const stats = proc.read('net/rpc/nfs', parseRpcStats);
      if (emit.convention === 'semconv') {
        emitSemconv(emit, stats);
        return;
      }
      const emitDefined = skipUndefined(emit);
      const countAt = (key: string, index: number): number | undefined => countOrZero(stats, key, index);
      emitDefined(packets, countAt('net', 1), { protocol: 'udp' });
      emitDefined(packets, countAt('net', 2), { protocol: 'tcp' });
      emitDefined(connections, countAt('net', 3));
      emitDefined(rpcs, countAt('rpc', 0));
      emitDefined(retransmissions, countAt('rpc', 1));
      emitDefined(refreshes, countAt('rpc', 2));
      for (const { key, index, labels } of METHODS) emitDefined(requests, countAt(key, index), labels);
    },
  }),
});
