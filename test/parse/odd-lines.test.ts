import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArp } from '../../src/parse/arp.ts';
import { parsePriorityStats, parseWritebackRateDebug } from '../../src/parse/bcache.ts';
import * as bcachefs from '../../src/parse/bcachefs.ts';
import { parseBuddyinfo } from '../../src/parse/buddyinfo.ts';
import { createFlatKeyedParser, parseBlkio, parseCgroupProcs, parseIoStat } from '../../src/parse/cgroup.ts';
import { parseCgroups } from '../../src/parse/cgroups.ts';
import { parseCpuinfo } from '../../src/parse/cpuinfo.ts';
import { parseDiskstats } from '../../src/parse/diskstats.ts';
import { parseDrbd } from '../../src/parse/drbd.ts';
import { parseInterrupts } from '../../src/parse/interrupts.ts';
import { parseIpVs, parseIpVsStats } from '../../src/parse/ip-vs.ts';
import { parseDatasetKstats, parseKstats, parsePoolIo } from '../../src/parse/kstat.ts';
import { parseLoadavg } from '../../src/parse/loadavg.ts';
import { parseLocks } from '../../src/parse/locks.ts';
import { parseMdstat } from '../../src/parse/mdstat.ts';
import { parseMeminfo } from '../../src/parse/meminfo.ts';
import { parseMountinfo } from '../../src/parse/mountinfo.ts';
import { parseMountstats } from '../../src/parse/mountstats.ts';
import { parseNetDev } from '../../src/parse/net-dev.ts';
import { parseNetSockets } from '../../src/parse/net-sockets.ts';
import { parseNetStatTable } from '../../src/parse/net-stat-table.ts';
import { parseNetstat, parseNetstatNames, parseSnmp6 } from '../../src/parse/netstat.ts';
import { parseNodeMeminfo, parseNumastat } from '../../src/parse/numa-node.ts';
import { parseOsRelease } from '../../src/parse/os-release.ts';
import { parsePciIds } from '../../src/parse/pci-ids.ts';
import { parsePressure } from '../../src/parse/pressure.ts';
import { parseProcessIo } from '../../src/parse/process-io.ts';
import { parseProcessLimits } from '../../src/parse/process-limits.ts';
import { parseProcessStat } from '../../src/parse/process-stat.ts';
import { parseNamespacePids, parseProcessStatus } from '../../src/parse/process-status.ts';
import { parseKeyValues } from '../../src/parse/rows.ts';
import { parseRpcStats } from '../../src/parse/rpc-stats.ts';
import { parseSchedstat } from '../../src/parse/schedstat.ts';
import { parseSlabinfo } from '../../src/parse/slabinfo.ts';
import { parseSockstat } from '../../src/parse/sockstat.ts';
import { parseSoftirqs } from '../../src/parse/softirqs.ts';
import { parseSoftnetStat } from '../../src/parse/softnet-stat.ts';
import {
  parseBootTime,
  parseCpuTicks,
  parseSoftirqTotals,
  parseStat,
  parseTotalCpuTicks,
} from '../../src/parse/stat.ts';
import { parseSwaps } from '../../src/parse/swaps.ts';
import { parseUdevProperties } from '../../src/parse/udev.ts';
import { parseUptime } from '../../src/parse/uptime.ts';
import { parseVmstat } from '../../src/parse/vmstat.ts';
import { parseXfrmStat } from '../../src/parse/xfrm-stat.ts';
import { parseXfsStats } from '../../src/parse/xfs.ts';
import { parseZoneinfo } from '../../src/parse/zoneinfo.ts';
import { type OddLinesSubject, testOddLines } from '../support/odd-lines.ts';
import { parseExpositionAtOnce } from '../support/run-at-once.ts';

const STAT = `cpu  9540 3577 10051 539073 1274 0 218 30 0 0
cpu0 3511 1788 3741 272688 95 0 57 9 0 0
cpu1 6029 1789 6310 266384 1179 0 160 20 0 0
intr 975187 0 0 14 565
ctxt 1944591
btime 1795252577
processes 16632
procs_running 3
procs_blocked 1
softirq 483850 7 48473 5 48652 214934 6 1610 97355 8 72821
`;

const SUBJECTS: readonly OddLinesSubject[] = [
  { name: 'parseStat()', text: STAT, parse: parseStat },
  { name: 'parseBootTime()', text: STAT, parse: parseBootTime, dependsOnNumbers: true },
  { name: 'parseSoftirqTotals()', text: STAT, parse: parseSoftirqTotals },
  { name: 'parseCpuTicks()', text: STAT, parse: parseCpuTicks },
  { name: 'parseTotalCpuTicks()', text: STAT, parse: parseTotalCpuTicks },
  { name: 'parseLoadavg()', text: '0.57 0.80 0.77 1/79 2736\n', parse: parseLoadavg },
  { name: 'parseKeyValues()', text: 'cache_hits 5\ncache_misses 17\n', parse: parseKeyValues },
  {
    name: 'parseProcessStat()',
    text: '815 (odd) name) S 1 815 815 0 -1 4194304 1 2 3 4 51 52 53 54 20 0 7 0 8806 9 10\n',
    parse: parseProcessStat,
  },
  {
    name: 'parseNamespacePids()',
    text: 'Name:\tsh\nNSpid:\t815\t12\t1\nThreads:\t1\n',
    parse: parseNamespacePids,
    dependsOnNumbers: true,
  },
  {
    name: 'parsePciIds()',
    text: '8086  Intel Corporation\n\t1237  440FX\n\t\t1af4 1100  Virtual machine\nC 02  Network controller\n',
    parse: (text) => parsePciIds(text, new Set(['8086', '8086:1237', 'C02'])),
    dependsOnNumbers: true,
  },
  {
    name: 'parseUdevProperties()',
    text: 'S:disk/by-id/x\nE:ID_SERIAL=17\nE:ID_MODEL=Disk\n',
    parse: parseUdevProperties,
    dependsOnNumbers: true,
  },
  {
    name: 'parseExposition()',
    text: '# HELP a A.\n# TYPE a counter\na{b="1"} 2\na{b="2"} 3\n# TYPE c gauge\nc 5\n',
    parse: (text, report) => Map.groupBy(parseExpositionAtOnce(text, report), ({ name }) => name).get('a'),
    nameOf: ({ name, labels }) => String(name ?? JSON.stringify(labels)),
    dependsOnNumbers: true,
  },
  {
    name: 'parseArp()',
    text: 'IP address HW type Flags HW address Mask Device\n10.0.0.1 0x1 0x2 52:54:00:12:35:02 * eth0\n10.0.0.2 0x1 0x2 52:54:00:12:35:03 * eth1\n',
    parse: parseArp,
    dependsOnNumbers: true,
  },
  {
    name: 'parseBuddyinfo()',
    text: 'Node 0, zone DMA 1 2 3\nNode 0, zone Normal 40 50 60\nNode 1, zone Normal 7 8 9\n',
    parse: parseBuddyinfo,
    nameOf: ({ node, zone }) => `${String(node)} ${String(zone)}`,
  },
  {
    name: 'parseCgroups()',
    text: '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t20\t1\nmemory\t4\t22\t1\n',
    parse: parseCgroups,
  },
  {
    name: 'createFlatKeyedParser()',
    text: 'usage_usec 103\nuser_usec 102\nnr_periods 4\n',
    parse: createFlatKeyedParser('usage_usec', 'nr_periods'),
  },
  {
    name: 'parseIoStat()',
    text: '98:0 rbytes=83 wbytes=40 rios=72 wios=1\n7:1 7:0 rbytes=286 wbytes=0 rios=22 wios=5\n',
    parse: parseIoStat,
  },
  {
    name: 'parseBlkio()',
    text: '254:0 Read 4096\n254:0 Write 2117\n8:0 Read 5\nTotal 42151936\n',
    parse: parseBlkio,
  },
  {
    name: 'parseCgroupProcs()',
    text: '800\n801\n17\n',
    parse: (text, report) => new Map(parseCgroupProcs(text, report).map((pid) => [pid, pid])),
  },
  {
    name: 'parseCpuinfo()',
    text: 'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu MHz\t\t: 2593.905\n\nprocessor\t: 1\nvendor_id\t: GenuineIntel\ncpu MHz\t\t: 2600.1\n',
    parse: (text, report) => parseCpuinfo(text, 'x86_64', report),
    nameOf: ({ processor }) => String(processor),
  },
  {
    name: 'parseDiskstats()',
    text: '8 0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530\n8 1 sda1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n',
    parse: parseDiskstats,
  },
  {
    name: 'parseDrbd()',
    text: 'version: 8.4.11 (api:1/proto:86-101)\n 0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----\n    ns:10 nr:0 oos:4096\n 1: cs:Connected ro:Secondary/Primary ds:UpToDate/UpToDate C r-----\n    ns:3 nr:4 lo:-2\n',
    parse: parseDrbd,
  },
  {
    name: 'parseInterrupts()',
    text: '            CPU0       CPU2\n   9:     398553       2320  IR-IO-APIC   9-fasteoi   acpi\n  28:          0       1002 PCI-MSIX   3-edge      virtio0\n NMI:         47       5031   Non-maskable interrupts\n ERR:          0\n',
    parse: parseInterrupts,
  },
  {
    name: 'parseIpVs()',
    text: 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A000001:0050 wlc\n  -> 0A00000B:1F90      Masq    100    12         3\n  -> 0A00000C:1F90      Masq    101    13         4\nFWM  00000007 wrr\n  -> 0A00000D:0000      Tunnel  5      6          7\n',
    parse: parseIpVs,
    nameOf: ({ remoteAddress }) => String(remoteAddress),
  },
  {
    name: 'parseIpVsStats()',
    text: '   Total Incoming Outgoing         Incoming         Outgoing\n   Conns  Packets  Packets            Bytes            Bytes\n    1C3B   1FA2D1        A 9C41E702               1F\n\n Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n       4    1FB3C        0          1282A8F                0\n',
    parse: parseIpVsStats,
  },
  {
    name: 'parseLocks()',
    text: '1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF\n1: -> POSIX  ADVISORY  WRITE 3569 fd:00:2531452 0 EOF\n2: FLOCK  ADVISORY  WRITE 3517 fd:01:2531448 0 EOF\n',
    parse: parseLocks,
    dependsOnNumbers: true,
  },
  {
    name: 'parseMdstat()',
    text: 'Personalities : [raid1]\nmd6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]\n      195310144 blocks [2/1] [U_]\n      [=>...]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec\n\nmd1 : active raid0 sda[0] sdb[1]\n      4186624 blocks 256k chunks\n\nunused devices: <none>\n',
    parse: parseMdstat,
  },
  {
    name: 'parseMeminfo()',
    text: 'MemTotal:        8152340 kB\nMemFree:           23456 kB\nHugePages_Total:       7\n',
    parse: (text, report) => parseMeminfo(text, new Set(['MemTotal', 'MemFree', 'HugePages_Total']), report),
  },
  {
    name: 'parseMountinfo()',
    text: '36 35 98:0 / /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n37 35 0:4 / /proc rw - proc proc rw\n',
    parse: parseMountinfo,
    nameOf: ({ mountPoint }) => String(mountPoint),
    dependsOnNumbers: true,
  },
  {
    name: 'parseMountstats()',
    text: 'device /dev/root mounted on / with fstype ext4\ndevice filer:/srv mounted on /mnt/srv with fstype nfs4 statvers=1.1\n\tage:\t13968\n\tevents:\t52 226 0\n\tbytes:\t1207640230 0 4\n\txprt:\ttcp 832 0 1 0 11 6428 6428 0 12154 0 24 26 5726\n\tper-op statistics\n\t        READ: 1298 1298 0 207680 1210292152 6 79386 79407\n\t       WRITE: 9 8 7 6 5 4 3 2\n',
    parse: parseMountstats,
  },
  {
    name: 'parseNetStatTable()',
    text: 'entries  found new\n00000021  00000001 00000002\n00000022  00000003 00000004\n',
    parse: parseNetStatTable,
  },
  {
    name: 'parseNodeMeminfo()',
    text: 'Node 0 MemTotal:       134182340 kB\nNode 0 HugePages_Total:     5\n',
    parse: parseNodeMeminfo,
  },
  { name: 'parseNumastat()', text: 'numa_hit 193460335812\nnuma_miss 12\n', parse: parseNumastat },
  {
    name: 'parseWritebackRateDebug()',
    text: 'rate:\t\t1.1M/sec\ndirty:\t\t20.4G\nchange:\t\t-427.5k/sec\n',
    parse: parseWritebackRateDebug,
  },
  { name: 'parsePriorityStats()', text: 'Unused:\t\t99%\nMetadata:\t2%\nAverage:\t10\n', parse: parsePriorityStats },
  {
    name: 'parseCompressionStats()',
    text: 'type          compressed    uncompressed     average extent size\nlz4                1.50k           3.00k                     512\nzstd    4096            8192                    4096\n',
    parse: bcachefs.parseCompressionStats,
    nameOf: ({ algorithm }) => String(algorithm),
  },
  {
    name: 'parseBtreeWriteStats()',
    text: '                   nr     size\ninitial:           3298401   100k\ncache reclaim:           12   5\nlogged:  7 8\n',
    parse: bcachefs.parseBtreeWriteStats,
    nameOf: ({ type }) => String(type),
  },
  { name: 'parseErrors()', text: 'bset_bad_csum    2       1767112063\nbtree_x 3 4\n', parse: bcachefs.parseErrors },
  {
    name: 'parseIoDone()',
    text: 'read:\nsb          :           12288\nbtree       :     8912896\nwrite:\nsb          :           5\n',
    parse: bcachefs.parseIoDone,
    nameOf: ({ operation, dataType }) => `${String(operation)} ${String(dataType)}`,
  },
  {
    name: 'parseIoErrors()',
    text: 'IO errors since filesystem creation\n  read:    18\n  write:    3\nIO errors since 8 y ago\n  read:    7\n',
    parse: bcachefs.parseIoErrors,
  },
  { name: 'parseProcessIo()', text: 'rchar: 5\nread_bytes: 4096\nwrite_bytes: 17\n', parse: parseProcessIo },
  {
    name: 'parseProcessLimits()',
    text: 'Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 524288               files\nMax address space         unlimited            unlimited            bytes\n',
    parse: parseProcessLimits,
  },
  {
    name: 'parseProcessStatus()',
    text: 'Name:\thttpd\nVmSize:\t    2300 kB\nVmRSS:\t    1516 kB\nThreads:\t11\n',
    parse: parseProcessStatus,
  },
  {
    name: 'parseSwaps()',
    text: 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/dm-1                               partition\t8388604\t\t1024\t\t-2\n/b file 4 2 5\n',
    parse: parseSwaps,
  },
  {
    name: 'parseNetDev()',
    text: 'Inter-|   Receive |  Transmit\n face |bytes packets|bytes packets\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  eth1:17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32\n',
    parse: (text, report) => parseNetDev(text, () => true, report),
  },
  {
    name: 'parseNetstat()',
    text: 'TcpExt: ListenDrops TCPTimeouts\nTcpExt: 1 2\nIpExt: InOctets\nIpExt: 3\nTcp: RtoMin MaxConn InSegs\nTcp: 200 -1 5\n',
    parse: (text, report) => parseNetstat(text, (line) => parseNetstatNames(line, () => true), report),
  },
  {
    name: 'parseSnmp6()',
    text: 'Ip6InReceives                   \t4012\nIcmp6OutType133                 \t8\n',
    parse: (text, report) => parseSnmp6(text, () => true, report),
  },
  {
    name: 'parseNetSockets()',
    text: '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000\n   1: 0100007F:1F90 0100007F:C350 01 00000010:000000FF 01:00000014\n',
    parse: parseNetSockets,
    dependsOnNumbers: true,
  },
  {
    name: 'parseKstats()',
    text: '13 1 0x01 147 39984 3957128432 6215447289231\nname                            type data\nhits                            4    1272316\nmemory_available_bytes          3    -923480064\n',
    parse: parseKstats,
  },
  {
    name: 'parseDatasetKstats()',
    text: '31 1 0x01 7 2160 221611904716 7145015038451\nname                            type data\ndataset_name                    7    tank/home\nwrites                          4    17\nreads                           4    18\n',
    parse: parseDatasetKstats,
    dependsOnNumbers: true,
  },
  {
    name: 'parsePoolIo()',
    text: '12 3 0x00 1 80 79205351707403 395818011156865\nnread    nwritten reads    writes   rcnt\n1884160  3206144  22       132      7\n',
    parse: parsePoolIo,
  },
  {
    name: 'parseOsRelease()',
    text: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    parse: parseOsRelease,
    dependsOnNumbers: true,
  },
  {
    name: 'parsePressure()',
    text: 'some avg10=0.10 avg60=2.00 avg300=3.85 total=157656722\nfull avg10=0.20 avg60=3.00 avg300=4.95 total=144745\n',
    parse: parsePressure,
  },
  {
    name: 'parseRpcStats()',
    text: 'net 70 12 58 3\nrpc 5 6 7\nth 8 0 0.000\nproc3 3 1 9 7\nwdeleg_getattr 4\n',
    parse: parseRpcStats,
  },
  {
    name: 'parseSchedstat()',
    text: 'version 17\ntimestamp 4298000000\ncpu0 0 0 0 0 0 0 2045936778163039 343796328169361 4767485306\ndomain0 SMT 03 212499247 210112015 1861015\ncpu12 1 2 3 4 5 6 7 8 9\n',
    parse: parseSchedstat,
    nameOf: ({ cpu }) => String(cpu),
  },
  {
    name: 'parseSlabinfo()',
    text: 'slabinfo - version: 2.1\n# name            <active_objs> <num_objs>\ntw_sock_TCP          704    864    256   32    2 : tunables    0    0    0 : slabdata     27     27      0\nfuse request         7    8    9   10    11 : tunables    0    0    0 : slabdata     27     27      0\n',
    parse: (text, report) => parseSlabinfo(text, () => true, report),
  },
  {
    name: 'parseSockstat()',
    text: 'sockets: used 290\nTCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2\nFRAG: inuse 0 memory 5\n',
    parse: parseSockstat,
    nameOf: ({ protocol }) => String(protocol),
  },
  {
    name: 'parseSoftirqs()',
    text: '                    CPU0       CPU1\n          HI:          7          1\n      NET_TX:       2301       2430\n',
    parse: (text, report) => parseSoftirqs(text, new Set(['HI', 'NET_TX']), report),
  },
  {
    name: 'parseSoftnetStat()',
    text: '00049279 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000003 00000004 00000005 00000006 00000000\n000dfb82 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000001f\n',
    parse: parseSoftnetStat,
    nameOf: ({ cpu }) => String(cpu),
  },
  { name: 'parseUptime()', text: '9246.58 17734.06\n', parse: parseUptime, dependsOnNumbers: true },
  {
    name: 'parseVmstat()',
    text: 'nr_free_pages 977769\npgfault 18446744073709551615\noom_kill 0\n',
    parse: (text, report) => parseVmstat(text, () => true, report),
  },
  {
    name: 'parseXfrmStat()',
    text: 'XfrmInError             \t3\nXfrmOutNoQueueSpace     \t4\n',
    parse: (text, report) => parseXfrmStat(text, new Set(['XfrmInError', 'XfrmOutNoQueueSpace']), report),
  },
  {
    name: 'parseXfsStats()',
    text: 'extent_alloc 92447 97589 92448 93751\nrw 107739 94045\ngc xpc 7\n',
    parse: (text, report) => {
      const wanted = new Map([
        ['extent_alloc', 4],
        ['rw', 2],
      ]);
      return parseXfsStats(text, wanted, report);
    },
  },
  {
    name: 'parseZoneinfo()',
    text: 'Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 50968\n  pages free     3840\n        min      30\n        protection: (0, 3019, 8395)\n  pagesets\n    cpu: 0\n              count:    1\nNode 1, zone   Normal\n        min      31\n',
    parse: (text, report) => parseZoneinfo(text, new Set(['nr_inactive_anon', 'min']), report),
    nameOf: ({ node, zone }) => `${String(node)} ${String(zone)}`,
  },
];

for (const subject of SUBJECTS) testOddLines(subject);

/**
 * Parsers of one line or of bytes, and parsers that other parsers call for their rows. An odd line in the file of such a
 * parser cannot be distinguished from the values.
 */
const OTHER_PARSERS: ReadonlySet<string> = new Set([
  ...['parseColumns', 'parseCpuList', 'parseCpuMax', 'parseFileNr', 'parseLine', 'parseRows', 'parseSysctlNumbers'],
  ...['parseSysctlTexts', 'parseTzif'],
]);

/** Matches the source of a function that reports problems or splits a text into lines. */
const HAS_ROWS = /\breport\b|splitLines|selectLines|forEachLine|findLineEnd|'\\n'/;

/** Returns the parsers of a module that may lose a row or number alone. */
async function rowParsersOf(path: string): Promise<readonly string[]> {
  const exported: Readonly<Record<string, unknown>> = await import(path);
  return Object.entries(exported).flatMap(([name, value]) =>
    /^parse|Parser$/.test(name) && typeof value === 'function' && HAS_ROWS.test(String(value)) ? [name] : [],
  );
}

test('every parser of rows is in SUBJECTS, or its test file calls ignoresOddLines()', async () => {
  const root = join(import.meta.dirname, '../..');
  const untested: string[] = [];
  for (const file of globSync(['parse/*.ts', 'formats/*.ts'], { cwd: join(root, 'src') })) {
    const testFile = join(root, 'test', file.replace('.ts', '.test.ts'));
    const tests = existsSync(testFile) ? readFileSync(testFile, 'utf8') : '';
    for (const name of await rowParsersOf(join(root, 'src', file))) {
      const isSubject = SUBJECTS.some((subject) => subject.name === `${name}()`) || OTHER_PARSERS.has(name);
      if (!isSubject && !(tests.includes(`describeParser('${name}`) && tests.includes('ignoresOddLines(')))
        untested.push(name);
    }
  }
  assert.deepEqual(untested, []);
});
