import {
  ALL_CPUS,
  parseBootTime,
  parseCpuTicks,
  parseSoftirqTotals,
  parseStat,
  parseTotalCpuTicks,
} from '../../src/parse/stat.ts';
import { describeParser } from '../support/describe-parser.ts';

const DEBIAN = `cpu  9540 3577 10051 539073 1274 0 218 30 0 0
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
const EMPTY = {
  bootTime: undefined,
  contextSwitches: undefined,
  forks: undefined,
  interrupts: undefined,
  processesRunning: undefined,
  processesBlocked: undefined,
};

const stat = describeParser('parseStat', parseStat);
stat.parses('all lines', DEBIAN, {
  bootTime: 1795252577,
  contextSwitches: 1944591,
  forks: 16632,
  interrupts: 975187,
  processesRunning: 3,
  processesBlocked: 1,
});
stat.parses('a file with missing and unknown lines', 'ctxt 5\npage 1 2\nmode\n', {
  ...EMPTY,
  contextSwitches: 5,
});
stat.rejects('a line without a number', 'ctxt\n', 'unexpected line "ctxt"');
stat.rejects('a word for a number', 'ctxt many\n', 'expected a number, got "many" in "ctxt many"');
stat.rejects(
  'a file without any known line',
  'cpu 1 2\n',
  'expected a line such as "btime 1760000000" in "cpu 1 2\\n"',
);
stat.reports(
  'a negative counter, and returns the others',
  'ctxt 5\nprocesses -2049562273\nprocs_running 3\n',
  { ...EMPTY, contextSwitches: 5, processesRunning: 3 },
  ['expected an unsigned number, got "-2049562273" in "processes -2049562273"'],
);
stat.survives(DEBIAN);

const bootTime = describeParser('parseBootTime', parseBootTime);
bootTime.parses('the boot time', DEBIAN, 1795252577);
bootTime.parses('no other line', 'processes -1\nctxt x\nbtime 17\n', 17);
bootTime.parses('a file without a boot time', 'ctxt 1\n', undefined);
bootTime.reports('a malformed boot time', 'btime never\n', undefined, [
  'expected a number, got "never" in "btime never"',
]);
bootTime.survives(DEBIAN);

const softirqs = describeParser('parseSoftirqTotals', parseSoftirqTotals);
softirqs.parses(
  'counts by name',
  DEBIAN,
  new Map([
    ['HI', 7],
    ['TIMER', 48473],
    ['NET_TX', 5],
    ['NET_RX', 48652],
    ['BLOCK', 214934],
    ['BLOCK_IOPOLL', 6],
    ['TASKLET', 1610],
    ['SCHED', 97355],
    ['HRTIMER', 8],
    ['RCU', 72821],
  ]),
);
softirqs.parses(
  'a line with an unknown eleventh softirq',
  'softirq 55 1 2 3 4 5 6 7 8 9 10 11\n',
  new Map([
    ['HI', 1],
    ['TIMER', 2],
    ['NET_TX', 3],
    ['NET_RX', 4],
    ['BLOCK', 5],
    ['BLOCK_IOPOLL', 6],
    ['TASKLET', 7],
    ['SCHED', 8],
    ['HRTIMER', 9],
    ['RCU', 10],
  ]),
);
softirqs.parses('a file without the line', 'ctxt 1\n', new Map());
softirqs.reports(
  'a malformed and a missing count, and returns the others',
  'softirq 9 1 x 3\n',
  new Map([
    ['HI', 1],
    ['NET_TX', 3],
  ]),
  ['expected an unsigned integer, got "x" in "softirq 9 1 x 3"', 'unexpected line "softirq 9 1 x 3"'],
);
softirqs.survives(DEBIAN);

const ticks = describeParser('parseCpuTicks', parseCpuTicks);
ticks.parses(
  'ticks per CPU and skips the sum of all CPUs',
  DEBIAN,
  new Map([
    ['0', [3511, 1788, 3741, 272688, 95, 0, 57, 9, 0, 0]],
    ['1', [6029, 1789, 6310, 266384, 1179, 0, 160, 20, 0, 0]],
  ]),
);
ticks.parses(
  'the columns of an old kernel while CPUs are offline',
  'cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu255 5 6 7 8\nintr 1\n',
  new Map([
    ['0', [1, 2, 3, 4]],
    ['255', [5, 6, 7, 8]],
  ]),
);
ticks.parses('a file without CPUs', 'intr 0\n', new Map());
ticks.rejects('a negative number', 'cpu0 1 -2\n', 'expected an unsigned integer, got "-2" in "cpu0 1 -2"');
ticks.reports(
  'a malformed number and an odd line, and returns everything else',
  'cpu0 1 x 3\ncpufreq 5\ncpu1 4 5 6\n',
  new Map([
    ['0', [1, undefined, 3]],
    ['1', [4, 5, 6]],
  ]),
  ['expected an unsigned integer, got "x" in "cpu0 1 x 3"', 'unexpected line "cpufreq 5"'],
);
ticks.rejects('a CPU without a number', 'cpux 1 2\n', 'unexpected line "cpux 1 2"');
ticks.rejects('a truncated line', 'cpu0', 'unexpected line "cpu0"');
ticks.survives(DEBIAN);

const total = describeParser('parseTotalCpuTicks', parseTotalCpuTicks);
total.parses(
  'the sums over all CPUs and skips the lines of single CPUs',
  'cpu  1 2 3 4\ncpu0 5 6 7 8\nintr 1\n',
  new Map([[ALL_CPUS, [1, 2, 3, 4]]]),
);
total.parses('a file without the line of all CPUs', 'cpu0 5 6 7 8\nintr 0\n', new Map());
total.reports(
  'a malformed number, and returns the others',
  'cpu  1 x 3 4\n',
  new Map([[ALL_CPUS, [1, undefined, 3, 4]]]),
  ['expected an unsigned integer, got "x" in "cpu  1 x 3 4"'],
);
total.survives(DEBIAN);
