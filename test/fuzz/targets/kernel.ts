import { meminfoNames } from '../../../src/collectors/meminfo/fields.ts';
import { parseArp } from '../../../src/parse/arp.ts';
import { parseBcacheNumber, parsePriorityStats, parseWritebackRateDebug } from '../../../src/parse/bcache.ts';
import * as bcachefs from '../../../src/parse/bcachefs.ts';
import { parseBuddyinfo } from '../../../src/parse/buddyinfo.ts';
import * as cgroup from '../../../src/parse/cgroup.ts';
import { parseCgroups } from '../../../src/parse/cgroups.ts';
import { parseCpuList } from '../../../src/parse/cpu-list.ts';
import { parseCpuVulnerability } from '../../../src/parse/cpu-vulnerability.ts';
import { parseFrequency } from '../../../src/parse/cpufreq.ts';
import { parseCpuinfo } from '../../../src/parse/cpuinfo.ts';
import { parseDiskstats } from '../../../src/parse/diskstats.ts';
import { parseDrbd } from '../../../src/parse/drbd.ts';
import { parseFileNr } from '../../../src/parse/file-nr.ts';
import { cleanName, parseReading, parseSensorFile } from '../../../src/parse/hwmon.ts';
import { parsePortCounter, parsePortRate, parsePortState } from '../../../src/parse/infiniband.ts';
import { parseCpuHeading, parseInterrupts } from '../../../src/parse/interrupts.ts';
import { parseFullIpv6, parseHexIpv4, scopeOf } from '../../../src/parse/ip-address.ts';
import { parseIpVs, parseIpVsStats } from '../../../src/parse/ip-vs.ts';
import { parseDatasetKstats, parseKstats, parsePoolIo } from '../../../src/parse/kstat.ts';
import { parseLoadavg } from '../../../src/parse/loadavg.ts';
import { parseLocks } from '../../../src/parse/locks.ts';
import { parseMdstat } from '../../../src/parse/mdstat.ts';
import { parseMeminfo } from '../../../src/parse/meminfo.ts';
import { parseMountinfo } from '../../../src/parse/mountinfo.ts';
import { parseMountstats } from '../../../src/parse/mountstats.ts';
import { parseNetDev } from '../../../src/parse/net-dev.ts';
import { parseNetSockets } from '../../../src/parse/net-sockets.ts';
import { parseNetStatTable } from '../../../src/parse/net-stat-table.ts';
import { parseNetstat, parseNetstatNames, parseSnmp6 } from '../../../src/parse/netstat.ts';
import { parseNodeMeminfo, parseNumastat } from '../../../src/parse/numa-node.ts';
import { parseOsRelease } from '../../../src/parse/os-release.ts';
import { parseLinkSpeed, parseLinkWidth, parsePciLocation, parseRegister } from '../../../src/parse/pci.ts';
import { parsePciIds } from '../../../src/parse/pci-ids.ts';
import { parsePressure } from '../../../src/parse/pressure.ts';
import { parseProcessIo } from '../../../src/parse/process-io.ts';
import { parseProcessLimits } from '../../../src/parse/process-limits.ts';
import { parseProcessStat } from '../../../src/parse/process-stat.ts';
import { parseNamespacePids, parseProcessStatus } from '../../../src/parse/process-status.ts';
import { parseRpcStats } from '../../../src/parse/rpc-stats.ts';
import { parseSchedstat } from '../../../src/parse/schedstat.ts';
import { parseSelinuxMode } from '../../../src/parse/selinux.ts';
import { parseSlabinfo } from '../../../src/parse/slabinfo.ts';
import { parseSockstat } from '../../../src/parse/sockstat.ts';
import { parseSoftirqs } from '../../../src/parse/softirqs.ts';
import { parseSoftnetStat } from '../../../src/parse/softnet-stat.ts';
import * as stat from '../../../src/parse/stat.ts';
import { parseSwaps } from '../../../src/parse/swaps.ts';
import { parseSysctlNumbers, parseSysctlTexts } from '../../../src/parse/sysctl.ts';
import { parseUdevProperties } from '../../../src/parse/udev.ts';
import { parseUptime } from '../../../src/parse/uptime.ts';
import { parseVmstat } from '../../../src/parse/vmstat.ts';
import { parseXfrmStat } from '../../../src/parse/xfrm-stat.ts';
import { parseXfsStats } from '../../../src/parse/xfs.ts';
import { parseZoneinfo } from '../../../src/parse/zoneinfo.ts';
import { recorded } from '../recorded-files.ts';
import { type FuzzTargets, rows, text } from '../target.ts';

const everything = (): boolean => true;
const STAT = recorded(/proc\/stat$/);
const NETSTAT = recorded(/net\/(?:netstat|snmp)$/);
const CPUINFO = [
  'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon @ 2.60GHz\ncpu MHz\t\t: 2593.905\nflags\t: fpu\n',
];
const MOUNTSTATS = [
  'device s:/e mounted on /mnt with fstype nfs4 statvers=1.1\n\tage:\t7\n\tbytes:\t1 2 3\n\tevents:\t1 2\n\txprt:\ttcp 1 1 0 0 11 6428 6428 0 12154 0 24 26 5726\n\tper-op statistics\n\t        NULL: 1 2 3 4 5 6 7 8\n',
];
const IP_VS = [
  'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  C0A80016:0CEA wlc\n  -> C0A85216:0CEA      Tunnel  100    248        2\nFWM  10001000 wlc\n',
];

/** Parsers of the kernel's files. */
export const KERNEL: FuzzTargets = {
  parseArp: rows(recorded(/net\/arp$/), parseArp),
  parseBcacheNumber: text(['512.0k\n', '-1.5M', '7'], parseBcacheNumber),
  parseBlkio: rows(['254:0 Read 4096\n254:0 Write 21176320\nTotal 42151936\n'], cgroup.parseBlkio),
  parseBootTime: rows(STAT, stat.parseBootTime),
  parseBtreeWriteStats: rows(
    ['           nr     size\ninitial:  5  108k\ninit_next_bset: 6 23.5k\n'],
    bcachefs.parseBtreeWriteStats,
  ),
  parseBuddyinfo: rows(recorded(/buddyinfo$/), parseBuddyinfo),
  parseCgroupProcs: rows(['1\n42\n4194304\n'], cgroup.parseCgroupProcs),
  parseCgroups: rows(recorded(/proc\/cgroups$/), parseCgroups),
  parseCompressionStats: rows(
    ['type compressed uncompressed average extent size\nzstd 226G 603G 115k\n'],
    bcachefs.parseCompressionStats,
  ),
  parseCounter: text(['since mount: 10566234\nsince filesystem creation: 70225874\n'], bcachefs.parseCounter),
  parseCpuHeading: text(['           CPU0       CPU1'], parseCpuHeading),
  parseCpuList: rows(['0-3,8\n', '0,2-65535\n', '\n'], parseCpuList),
  parseCpuMax: rows(['50000 100000\n', 'max 100000\n'], cgroup.parseCpuMax),
  parseCpuTicks: rows(STAT, stat.parseCpuTicks),
  parseCpuVulnerability: text(
    ['Mitigation: PTI\n', 'Not affected\n', 'Vulnerable: No microcode; SMT\n'],
    parseCpuVulnerability,
  ),
  parseCpuinfo: rows([...recorded(/cpuinfo$/), ...CPUINFO], (file, report) =>
    ['x86_64', 'aarch64', 'ppc64le', 's390x'].map((machine) => parseCpuinfo(file, machine, report)),
  ),
  parseDatasetKstats: rows(recorded(/objset-/), parseDatasetKstats),
  parseDiskstats: rows(recorded(/diskstats$/), parseDiskstats),
  parseDrbd: rows(recorded(/drbd$/), parseDrbd),
  parseErrors: rows(recorded(/bcachefs.*\/errors$/), bcachefs.parseErrors),
  parseFileNr: rows(recorded(/file-nr$/), parseFileNr),
  parseFrequency: text(['2600000\n', '<unknown>\n'], parseFrequency),
  parseFullIpv6: text(['FE80:0000:0000:0000:0202:00FF:FE00:0001'], (address) => scopeOf(parseFullIpv6(address))),
  parseHexIpv4: text(['0100007F', 'C0A80016'], (address) => scopeOf(parseHexIpv4(address))),
  parseHumanNumber: text(['226G', '23.5k', '0'], bcachefs.parseHumanNumber),
  parseInterrupts: rows(recorded(/interrupts$/), parseInterrupts),
  parseIoDone: rows(['read:\nbtree       :     8912896\nwrite:\nuser : 2\n'], bcachefs.parseIoDone),
  parseIoErrors: rows(
    ['IO errors since filesystem creation\n  read:    18828\nIO errors since 8 y ago\n  read: 7\n'],
    bcachefs.parseIoErrors,
  ),
  parseIoStat: rows(
    ['98:0 rbytes=8388608 wbytes=8388608 rios=72 wios=72 dbytes=0 dios=0\n7:1 7:0 rbytes=1 wbytes=0\n'],
    cgroup.parseIoStat,
  ),
  parseIpVs: rows([...recorded(/ip_vs$/), ...IP_VS], parseIpVs),
  parseIpVsStats: rows(recorded(/ip_vs_stats$/), parseIpVsStats),
  parseKstats: rows(recorded(/arcstats$/), parseKstats),
  parseLimit: text(['max\n', '2147483648\n'], cgroup.parseLimit),
  parseLinkSpeed: text(['8.0 GT/s PCIe\n', 'Unknown\n'], parseLinkSpeed),
  parseLinkWidth: text(['16\n', '255\n'], parseLinkWidth),
  parseLoadavg: rows(recorded(/loadavg$/), parseLoadavg),
  parseLocks: rows(
    ['1: POSIX  ADVISORY  WRITE 2262 fe:01:393 0 EOF\n1: -> FLOCK ADVISORY READ 7 fe:01:393 0 EOF\n'],
    parseLocks,
  ),
  parseMdstat: rows(recorded(/mdstat$/), parseMdstat),
  parseMeminfo: rows(recorded(/proc\/meminfo$/), (file, report) => parseMeminfo(file, meminfoNames, report)),
  parseMountinfo: rows(recorded(/mountinfo$/), parseMountinfo),
  parseMountstats: rows([...recorded(/mountstats$/), ...MOUNTSTATS], parseMountstats),
  parseNamespacePids: rows(['Name:\tapp\nNSpid:\t4711\t1\nThreads:\t1\n'], parseNamespacePids),
  parseNetDev: rows(recorded(/net\/dev$/), (file, report) => parseNetDev(file, everything, report)),
  parseNetSockets: rows(recorded(/net\/(?:tcp|udp)6?$/), parseNetSockets),
  parseNetStatTable: rows(recorded(/net\/stat\//), parseNetStatTable),
  parseNetstat: rows(NETSTAT, (file, report) =>
    parseNetstat(file, (line) => parseNetstatNames(line, everything), report),
  ),
  parseNetstatNames: text(
    NETSTAT.flatMap((file) => file.split('\n', 1)),
    (line) => parseNetstatNames(line, everything),
  ),
  parseNodeMeminfo: rows(recorded(/node\d+\/meminfo$/), parseNodeMeminfo),
  parseNumastat: rows(recorded(/numastat$/), parseNumastat),
  parseOsRelease: text(recorded(/os-release$/), parseOsRelease),
  parsePciIds: text(
    ['8086  Intel\n\t1521  I350\n\t\t8086 00a3  I350-T4\nC 06  Bridge\n\t04  PCI bridge\n\t\t00  Normal decode\n'],
    (file) => parsePciIds(file, new Set(['8086', '8086:1521', '8086:1521:8086:00a3', 'C06', 'C0604', 'C060400'])),
  ),
  parsePciLocation: text(['0000:00:1f.3', '10000:e1:00.0'], parsePciLocation),
  parsePoolIo: rows(recorded(/zfs\/tank\/io$/), parsePoolIo),
  parsePortCounter: text(['42\n', 'N/A (no PMA)\n'], parsePortCounter),
  parsePortRate: text(['100 Gb/sec (4X EDR)\n', '2.5 Gb/sec\n'], parsePortRate),
  parsePortState: text(['4: ACTIVE\n', '5: LinkUp\n'], parsePortState),
  parsePressure: rows(recorded(/pressure\/(?:cpu|io|irq|memory)$|\.pressure$/), parsePressure),
  parsePriorityStats: rows(recorded(/priority_stats$/), parsePriorityStats),
  parseProcessIo: rows(['rchar: 1\nwchar: 2\nsyscr: 3\nread_bytes: 4\nwrite_bytes: 5\n'], parseProcessIo),
  parseProcessLimits: rows(
    [
      'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 unlimited            files     \n',
    ],
    parseProcessLimits,
  ),
  parseProcessStat: rows(recorded(/proc\/\d+\/stat$/), parseProcessStat),
  parseProcessStatus: rows(recorded(/proc\/\d+\/status$/), parseProcessStatus),
  parseReading: text(['42000', '-1.5', ''], parseReading),
  parseRegister: text(['0x8086\n', '0x060400\n'], parseRegister),
  parseRpcStats: rows(recorded(/net\/rpc\/nfsd?$/), parseRpcStats),
  parseSchedstat: rows(recorded(/schedstat$/), parseSchedstat),
  parseSelinuxMode: text(recorded(/selinux\/config$/), parseSelinuxMode),
  parseSensorFile: text(['temp1_crit_alarm', 'in0_input', 'pwm1_auto_point2_temp', 'update_interval'], (name) => [
    parseSensorFile(name),
    cleanName(name),
  ]),
  parseSlabinfo: rows(recorded(/slabinfo$/), (file, report) => parseSlabinfo(file, everything, report)),
  parseSnmp6: rows(recorded(/snmp6$/), (file, report) => parseSnmp6(file, everything, report)),
  parseSockstat: rows(recorded(/sockstat6?$/), parseSockstat),
  parseSoftirqTotals: rows(STAT, stat.parseSoftirqTotals),
  parseSoftirqs: rows(recorded(/softirqs$/), (file, report) =>
    parseSoftirqs(file, new Set(['TIMER', 'NET_RX']), report),
  ),
  parseSoftnetStat: rows(recorded(/softnet_stat$/), parseSoftnetStat),
  parseStat: rows(STAT, stat.parseStat),
  parseSwaps: rows(
    ['Filename\t\t\tType\t\tSize\tUsed\tPriority\n/dev/zram0 partition 8388604 76 100\n/a\\040b file 1 2 -2\n'],
    parseSwaps,
  ),
  parseSysctlNumbers: rows(['4096\t131072\t6291456\n', '-1\n'], parseSysctlNumbers),
  parseSysctlTexts: text(['kill_process kill_thread\nlog\n'], parseSysctlTexts),
  parseTotalCpuTicks: rows(STAT, stat.parseTotalCpuTicks),
  parseUdevProperties: text(recorded(/udev\//), parseUdevProperties),
  parseUptime: text(recorded(/uptime$/), parseUptime),
  parseVmstat: rows(recorded(/vmstat$/), (file, report) => parseVmstat(file, everything, report)),
  parseWritebackRateDebug: rows(recorded(/writeback_rate_debug$/), parseWritebackRateDebug),
  parseXfrmStat: rows(recorded(/xfrm_stat$/), (file, report) =>
    parseXfrmStat(file, new Set(['XfrmInError', 'XfrmOutStateExpired']), report),
  ),
  parseXfsStats: rows(recorded(/xfs.*\/stats$/), (file, report) =>
    parseXfsStats(
      file,
      new Map([
        ['extent_alloc', 4],
        ['rw', 2],
        ['xpc', 3],
      ]),
      report,
    ),
  ),
  parseZoneinfo: rows(recorded(/zoneinfo$/), (file, report) => parseZoneinfo(file, { has: everything }, report)),
  createFlatKeyedParser: rows(
    recorded(/(?:memory|cpu)\.stat$/),
    cgroup.createFlatKeyedParser('anon', 'file', 'usage_usec', 'total_inactive_file'),
  ),
};
