import { parseCpuTicks, parseStat } from '../../src/parse/stat.ts';
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
  softirqs: new Map(),
};

const stat = describeParser('parseStat', parseStat);
stat.parses('all lines', DEBIAN, {
  bootTime: 1795252577,
  contextSwitches: 1944591,
  forks: 16632,
  interrupts: 975187,
  processesRunning: 3,
  processesBlocked: 1,
  softirqs: new Map([
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
});
stat.parses('a file with missing and unknown lines', 'ctxt 5\npage 1 2\n', {
  ...EMPTY,
  contextSwitches: 5,
});
stat.parses('an unknown eleventh softirq', 'softirq 55 1 2 3 4 5 6 7 8 9 10 11\n', {
  ...EMPTY,
  softirqs: new Map([
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
});
stat.rejects('a line without a number', 'ctxt\n', 'unexpected line "ctxt"');
stat.rejects('a word for a number', 'ctxt many\n', 'expected a number, got "many"');
stat.rejects('a missing softirq', 'softirq 3 1 2\n', 'unexpected line "softirq 3 1 2"');
stat.rejects(
  'a file without any known line',
  'cpu 1 2\n',
  'expected a line such as "btime 1760000000" in "cpu 1 2\\n"',
);
stat.survives(DEBIAN);

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
ticks.rejects('a negative number', 'cpu0 1 -2\n', 'unexpected line "cpu0 1 -2"');
ticks.rejects('a CPU without a number', 'cpux 1 2\n', 'unexpected line "cpux 1 2"');
ticks.rejects('a truncated line', 'cpu0', 'unexpected line "cpu0"');
ticks.survives(DEBIAN);
