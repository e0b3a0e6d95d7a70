import { defineCollector } from '../collection/collector.ts';
import { counter, gauge } from '../metrics/metric.ts';
import { parseRpcStats } from '../parse/rpc-stats.ts';

const connections = counter('node_nfsd_connections_total', 'TCP connections to the NFS server.');
const bytesRead = counter('node_nfsd_disk_bytes_read_total', 'Bytes that the NFS server read.');
const bytesWritten = counter('node_nfsd_disk_bytes_written_total', 'Bytes that the NFS server wrote.');
const stale = counter('node_nfsd_file_handles_stale_total', 'Requests with a stale file handle.');
const packets = counter('node_nfsd_packets_total', 'Packets to and from the NFS server.', ['proto']);
const notFound = counter('node_nfsd_read_ahead_cache_not_found_total', 'Files not found in the read-ahead cache.');
const cacheSize = gauge('node_nfsd_read_ahead_cache_size_blocks', 'Size of the read-ahead cache in blocks.');
const hits = counter('node_nfsd_reply_cache_hits_total', 'Requests answered from the reply cache.');
const misses = counter('node_nfsd_reply_cache_misses_total', 'Requests whose reply was put into the reply cache.');
const uncached = counter('node_nfsd_reply_cache_nocache_total', 'Requests whose reply need not be cached.');
const requests = counter('node_nfsd_requests_total', 'Requests to the NFS server, by procedure.', ['proto', 'method']);
const rpcErrors = counter('node_nfsd_rpc_errors_total', 'RPCs refused, by reason.', ['error']);
const rpcs = counter('node_nfsd_server_rpcs_total', 'RPCs to the NFS server.');
const threads = gauge('node_nfsd_server_threads', 'Threads of the NFS server.');

interface Procedures {
  readonly key: string;
  readonly proto: string;
  /** Where the first of them stands. */
  readonly start: number;
  /** In the order of the protocol; `-` for those that have no metric. */
  readonly names: string;
}

const PROCEDURES: readonly Procedures[] = [
  {
    key: 'proc2',
    proto: '2',
    start: 1,
    names:
      'GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ReadDir ' +
      'FsStat',
  },
  {
    key: 'proc3',
    proto: '3',
    start: 1,
    names:
      'GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ReadDir ' +
      'ReadDirPlus FsStat FsInfo PathConf Commit',
  },
  {
    // The operations within NFSv4's one procedure, by their numbers: https://www.rfc-editor.org/rfc/rfc7530#section-16
    key: 'proc4ops',
    proto: '4',
    start: 3,
    names:
      'Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku Lookup LookupRoot Nverify ' +
      'Open OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink Remove Rename Renew RestoreFH SaveFH SecInfo ' +
      'SetAttr SetClientID SetClientIDConfirm Verify Write RelLockOwner',
  },
  { key: 'wdeleg_getattr', proto: '4', start: 0, names: 'WdelegGetattr' },
];

const METHODS = PROCEDURES.flatMap(({ key, proto, start, names }) =>
  names
    .split(' ')
    .map((method, index) => ({ key, place: start + index, labels: { proto, method } }))
    .filter(({ labels }) => labels.method !== '-'),
);

/** Families without labels, with the line and the place of their number. */
const NUMBERS = [
  { family: hits, key: 'rc', place: 0 },
  { family: misses, key: 'rc', place: 1 },
  { family: uncached, key: 'rc', place: 2 },
  { family: stale, key: 'fh', place: 0 },
  { family: bytesRead, key: 'io', place: 0 },
  { family: bytesWritten, key: 'io', place: 1 },
  { family: threads, key: 'th', place: 0 },
  { family: cacheSize, key: 'ra', place: 0 },
  { family: notFound, key: 'ra', place: 11 },
  { family: connections, key: 'net', place: 3 },
  { family: rpcs, key: 'rpc', place: 0 },
];

export const nfsd = defineCollector({
  name: 'nfsd',
  help: 'Requests to the NFS server from /proc/net/rpc/nfsd',
  create: () => ({
    families: [
      connections,
      bytesRead,
      bytesWritten,
      stale,
      packets,
      notFound,
      cacheSize,
      hits,
      misses,
      uncached,
      requests,
      rpcErrors,
      rpcs,
      threads,
    ],
    collect({ proc }, emit) {
      // What this kernel does not count is 0, as in node_exporter.
      const numberOf = proc.read('net/rpc/nfsd', parseRpcStats);
      for (const { family, key, place } of NUMBERS) emit(family, numberOf(key, place));
      emit(packets, numberOf('net', 1), { proto: 'udp' });
      emit(packets, numberOf('net', 2), { proto: 'tcp' });
      emit(rpcErrors, numberOf('rpc', 2), { error: 'fmt' });
      emit(rpcErrors, numberOf('rpc', 3), { error: 'auth' });
      emit(rpcErrors, numberOf('rpc', 4), { error: 'cInt' });
      for (const { key, place, labels } of METHODS) emit(requests, numberOf(key, place), labels);
    },
  }),
});
