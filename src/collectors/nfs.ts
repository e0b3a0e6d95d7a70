import { defineCollector } from '../collection/collector.ts';
import { counter } from '../metrics/metric.ts';
import { parseRpcStats } from '../parse/rpc-stats.ts';

const connections = counter('node_nfs_connections_total', 'TCP connections to NFS servers.');
const packets = counter('node_nfs_packets_total', 'Packets to and from NFS servers.', ['protocol']);
const requests = counter('node_nfs_requests_total', 'Requests to NFS servers, by procedure.', ['proto', 'method']);
const refreshes = counter('node_nfs_rpc_authentication_refreshes_total', 'Times that credentials were refreshed.');
const retransmissions = counter('node_nfs_rpc_retransmissions_total', 'RPCs sent again.');
const rpcs = counter('node_nfs_rpcs_total', 'RPCs to NFS servers.');

/** The procedures of each version in the order of the kernel, `fs/nfs/nfs2xdr.c` and its like. */
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
  names.split(' ').map((method, place) => ({ key: `proc${proto}`, place, labels: { proto, method } })),
);

export const nfs = defineCollector({
  name: 'nfs',
  help: 'Requests of the NFS client from /proc/net/rpc/nfs',
  create: () => ({
    families: [connections, packets, requests, refreshes, retransmissions, rpcs],
    collect({ proc }, emit) {
      // What this kernel does not count is 0, as in node_exporter.
      const numberOf = proc.read('net/rpc/nfs', parseRpcStats);
      emit(packets, numberOf('net', 1), { protocol: 'udp' });
      emit(packets, numberOf('net', 2), { protocol: 'tcp' });
      emit(connections, numberOf('net', 3));
      emit(rpcs, numberOf('rpc', 0));
      emit(retransmissions, numberOf('rpc', 1));
      emit(refreshes, numberOf('rpc', 2));
      for (const { key, place, labels } of METHODS) emit(requests, numberOf(key, place), labels);
    },
  }),
});
