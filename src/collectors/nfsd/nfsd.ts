import { defineCollector } from '../../collection/collector.ts';
import { counter, gauge } from '../../metrics/metric.ts';
import { parseRpcStats } from '../../parse/rpc-stats.ts';
import { skipUndefined } from '../support/emit-defined.ts';
import { countOrZero } from '../support/nfs-calls.ts';
import { emitSemconv, semconvFamilies } from './semconv.ts';

const connections = counter('node_nfsd_connections_total', 'TCP connections accepted by the NFS server.');
const bytesRead = counter('node_nfsd_disk_bytes_read_total', 'Bytes that the NFS server returned to read requests.');
const bytesWritten = counter(
  'node_nfsd_disk_bytes_written_total',
  'Bytes that the NFS server received in write requests.',
);
const stale = counter('node_nfsd_file_handles_stale_total', 'Requests to the NFS server with a stale file handle.');
const packets = counter(
  'node_nfsd_packets_total',
  'Network packets sent and received by the NFS server, by transport protocol.',
  ['proto'],
);
const notFound = counter(
  'node_nfsd_read_ahead_cache_not_found_total',
  'Files that the NFS server did not find in its read-ahead cache; always 0 since Linux 5.4.',
);
const cacheSize = gauge(
  'node_nfsd_read_ahead_cache_size_blocks',
  'Size of the read-ahead cache of the NFS server, in entries; always 0 since Linux 5.4.',
);
const hits = counter('node_nfsd_reply_cache_hits_total', 'Requests that the NFS server answered from its reply cache.');
const misses = counter(
  'node_nfsd_reply_cache_misses_total',
  'Requests whose reply the NFS server did not find in its reply cache and therefore added to the cache.',
);
const uncached = counter(
  'node_nfsd_reply_cache_nocache_total',
  'Requests to the NFS server whose reply needs no caching.',
);
const requests = counter(
  'node_nfsd_requests_total',
  'Requests that the NFS server received, by NFS version and procedure.',
  ['proto', 'method'],
);
const rpcErrors = counter('node_nfsd_rpc_errors_total', 'RPC requests rejected by the NFS server, by kind of error.', [
  'error',
]);
const rpcs = counter('node_nfsd_server_rpcs_total', 'RPC requests received by the NFS server.');
const threads = gauge('node_nfsd_server_threads', 'Kernel threads of the NFS server.');

/** Families without labels, each with the first word of a line and the index of the number in that line. */
const NUMBERS = [
  { family: hits, key: 'rc', index: 0 },
  { family: misses, key: 'rc', index: 1 },
  { family: uncached, key: 'rc', index: 2 },
  { family: stale, key: 'fh', index: 0 },
  { family: bytesRead, key: 'io', index: 0 },
  { family: bytesWritten, key: 'io', index: 1 },
  { family: threads, key: 'th', index: 0 },
  { family: cacheSize, key: 'ra', index: 0 },
  { family: notFound, key: 'ra', index: 11 },
  { family: connections, key: 'net', index: 3 },
  { family: rpcs, key: 'rpc', index: 0 },
];

/** A line of `/proc/net/rpc/nfsd` with the counters of procedures or operations of one NFS version. */
interface NfsdProcedures {
  readonly key: string;
  readonly proto: string;
  /** Index in the line of the first counter that is emitted. */
  readonly start: number;
  /**
   * Values of the label `method`, separated by blanks: one for each counter, starting with the counter at the index `start`.
   * A `-` stands for a counter that is not emitted.
   */
  readonly methods: string;
}

const PROCEDURES: readonly NfsdProcedures[] = [
  {
    key: 'proc2',
    proto: '2',
    start: 1,
    methods:
      'GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ReadDir ' +
      'FsStat',
  },
  {
    key: 'proc3',
    proto: '3',
    start: 1,
    methods:
      'GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ReadDir ' +
      'ReadDirPlus FsStat FsInfo PathConf Commit',
  },
  {
    // Requests of NFSv4 use one procedure, COMPOUND, with many operations:
    // https://www.rfc-editor.org/rfc/rfc7530#section-16
    key: 'proc4ops',
    proto: '4',
    start: 3,
    methods:
      'Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku Lookup LookupRoot Nverify ' +
      'Open OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink Remove Rename Renew RestoreFH SaveFH SecInfo ' +
      'SetAttr SetClientID SetClientIDConfirm Verify Write RelLockOwner',
  },
  { key: 'wdeleg_getattr', proto: '4', start: 0, methods: 'WdelegGetattr' },
];

const METHODS = PROCEDURES.flatMap(({ key, proto, start, methods }) =>
  methods
    .split(' ')
    .map((method, index) => ({ key, index: start + index, labels: { proto, method } }))
    .filter(({ labels }) => labels.method !== '-'),
);

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
      ...semconvFamilies,
    ],
    collect({ proc }, emit) {
      const stats = proc.read('net/rpc/nfsd', parseRpcStats);
      if (emit.convention === 'semconv') {
        emitSemconv(emit, stats);
        return;
      }
      const emitDefined = skipUndefined(emit);
      const countAt = (key: string, index: number): number | undefined => countOrZero(stats, key, index);
      for (const { family, key, index } of NUMBERS) emitDefined(family, countAt(key, index));
      emitDefined(packets, countAt('net', 1), { proto: 'udp' });
      emitDefined(packets, countAt('net', 2), { proto: 'tcp' });
      emitDefined(rpcErrors, countAt('rpc', 2), { error: 'fmt' });
      emitDefined(rpcErrors, countAt('rpc', 3), { error: 'auth' });
      emitDefined(rpcErrors, countAt('rpc', 4), { error: 'cInt' });
      for (const { key, index, labels } of METHODS) emitDefined(requests, countAt(key, index), labels);
    },
  }),
});
