import {
  createFlatKeyedParser,
  parseBlkio,
  parseCgroupProcs,
  parseCpuMax,
  parseIoStat,
  parseLimit,
} from '../../src/parse/cgroup.ts';
import { describeParser } from '../support/describe-parser.ts';

const CPU_STAT = 'usage_usec 10320000\nuser_usec 10270000\nsystem_usec 50000\nnr_periods 407\n';
const stat = describeParser(
  'createFlatKeyedParser',
  createFlatKeyedParser('usage_usec', 'system_usec', 'throttled_usec'),
);
stat.parses('the requested keys', CPU_STAT, [10_320_000, 50_000, undefined]);
stat.parses('a file without a final newline', 'usage_usec 7', [7, undefined, undefined]);
stat.parses('an empty file', '', [undefined, undefined, undefined]);
stat.parses('a line with words for an unknown key', 'local some text\nusage_usec 7\n', [7, undefined, undefined]);
stat.parses('keys that are similar to a requested key', 'usage_usex 1\nu 2\nusage_usec 7\n', [7, undefined, undefined]);
stat.parses('a number above 2^53', 'usage_usec 18446744073709551615\n', [
  18_446_744_073_709_552_000,
  undefined,
  undefined,
]);
stat.rejects('a line without a value', 'usage_usec\n', 'expected a number, got "" in "usage_usec"');
stat.rejects('a word for a number', 'usage_usec max\n', 'expected a number, got "max" in "usage_usec max"');
stat.parses('a file whose other lines are odd', 'odd\nuser_usec x\nusage_usec 1\nsystem_us', [1, undefined, undefined]);
stat.survives(CPU_STAT);

const limit = describeParser('parseLimit', parseLimit);
limit.parses('a number', '67108864\n', 67_108_864);
limit.parses('max as no limit', 'max\n', Number.POSITIVE_INFINITY);
limit.parses('a limit of 2^63', '9223372036854775808\n', 2 ** 63);
limit.rejects('an empty text', '', 'expected a number, got ""');
limit.rejects('a negative limit', '-1\n', 'expected an unsigned number, got "-1"');
limit.survives('max\n');

const cpuMax = describeParser('parseCpuMax', parseCpuMax);
cpuMax.parses('a quota', '25000 100000\n', { quota: 25_000, period: 100_000 });
cpuMax.parses('no quota', 'max 100000\n', { quota: Number.POSITIVE_INFINITY, period: 100_000 });
cpuMax.rejects('a quota without a period', '25000\n', 'expected two words in "25000\\n"');
cpuMax.rejects('three words', '1 2 3\n', 'expected a number, got "2 3" in "1 2 3"');
cpuMax.survives('max 100000\n');

const IO = '98:0 rbytes=8388608 wbytes=4096 rios=72 wios=1 dbytes=0 dios=0\n';
const io = describeParser('parseIoStat', parseIoStat);
io.parses('a device with all counters', IO, [
  { device: '98:0', readBytes: 8_388_608, writeBytes: 4096, reads: 72, writes: 1 },
]);
io.parses('devices without counters', '8:0 \n254:0\n', []);
io.parses('devices without counters before another device, as in Linux 5.15', `7:7 7:6 (unknown) ${IO}7:1 `, [
  { device: '98:0', readBytes: 8_388_608, writeBytes: 4096, reads: 72, writes: 1 },
]);
io.parses('a hidden disk', `(unknown) rbytes=0 wbytes=0 rios=6 wios=0 dbytes=0 dios=0\n${IO}`, [
  { device: '98:0', readBytes: 8_388_608, writeBytes: 4096, reads: 72, writes: 1 },
]);
io.rejects('a word before a device', `disk ${IO}`, `unexpected line "disk ${IO.trimEnd()}"`);
io.rejects('a key without a device', 'rbytes=1\n', 'unexpected line "rbytes=1"');
io.parses('a device with few counters and unknown keys', '8:16 rbytes=1 cost.usage=7\n', [
  { device: '8:16', readBytes: 1, writeBytes: undefined, reads: undefined, writes: undefined },
]);
io.parses('an empty file', '', []);
io.rejects('a line without a device', 'rbytes=1\n', 'unexpected line "rbytes=1"');
io.rejects('a word for a number', '8:0 rbytes=x\n', 'expected a number, got "x" in "8:0 rbytes=x"');
io.reports(
  'a malformed counter and a line without a device, and returns everything else',
  `8:0 rbytes=x wbytes=5\nodd line\n${IO}`,
  [
    { device: '8:0', readBytes: undefined, writeBytes: 5, reads: undefined, writes: undefined },
    { device: '98:0', readBytes: 8_388_608, writeBytes: 4096, reads: 72, writes: 1 },
  ],
  ['expected a number, got "x" in "8:0 rbytes=x wbytes=5"', 'unexpected line "odd line"'],
);
io.survives(IO);

const BLKIO =
  '254:0 Read 4096\n254:0 Write 21176320\n254:0 Sync 7\n254:0 Total 21180416\n8:0 Write 1\nTotal 21180417\n';
const blkio = describeParser('parseBlkio', parseBlkio);
blkio.parses(
  'counters of two devices',
  BLKIO,
  new Map([
    ['254:0', { read: 4096, write: 21_176_320 }],
    ['8:0', { read: undefined, write: 1 }],
  ]),
);
blkio.parses(
  'a hidden disk',
  '(unknown) Read 0\n(unknown) Total 0\n8:0 Read 5\nTotal 5\n',
  new Map([['8:0', { read: 5, write: undefined }]]),
);
blkio.parses('a cgroup without I/O', 'Total 0\n', new Map());
blkio.rejects('a truncated line', '254:0 Read\n', 'unexpected line "254:0 Read"');
blkio.rejects('a line without a device', 'Read 1 2\n', 'unexpected line "Read 1 2"');
blkio.survives(BLKIO);

const procs = describeParser('parseCgroupProcs', parseCgroupProcs);
procs.parses('process IDs', '800\n17\n', [800, 17]);
procs.parses('processes of another PID namespace', '0\n0\n', [0, 0]);
procs.parses('an empty cgroup', '', []);
procs.rejects('a word for a process ID', '800\nself\n', 'expected a process ID, got "self"');
procs.survives('800\n17\n');
