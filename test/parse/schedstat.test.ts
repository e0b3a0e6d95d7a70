import { parseSchedstat } from '../../src/parse/schedstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSchedstat', parseSchedstat);

const VERSION_17 = `version 17
timestamp 4298000000
cpu0 0 0 0 0 0 0 2045936778163039 343796328169361 4767485306
domain0 SMT 03 212499247 210112015 1861015
domain1 PKG ff 0 0 0
cpu12 1 2 3 4 5 6 7 8 9
`;
parses('CPUs and skips domains', VERSION_17, [
  {
    cpu: '0',
    runningNanoseconds: 2045936778163039,
    waitingNanoseconds: 343796328169361,
    timeslices: 4767485306,
  },
  { cpu: '12', runningNanoseconds: 7, waitingNanoseconds: 8, timeslices: 9 },
]);
parses('an unknown column', 'cpu0 1 2 3 4 5 6 7 8 9 10\n', [
  { cpu: '0', runningNanoseconds: 7, waitingNanoseconds: 8, timeslices: 9 },
]);
parses('a file without CPUs', 'version 15\ntimestamp 1\n', []);
rejects('a missing column', 'cpu0 1 2 3 4 5 6 7 8\n', 'unexpected line "cpu0 1 2 3 4 5 6 7 8"');
parses('a word for a number that no metric needs', 'cpu0 1 2 3 x 5 6 7 8 9\n', [
  { cpu: '0', runningNanoseconds: 7, waitingNanoseconds: 8, timeslices: 9 },
]);
parses('a line without a CPU number', 'cpu 1\ncpus x\ncpu1 1 2 3 4 5 6 7 8 9\n', [
  { cpu: '1', runningNanoseconds: 7, waitingNanoseconds: 8, timeslices: 9 },
]);
reports(
  'a word for a number and a damaged CPU',
  'cpu0 1 2 3 4 5 6 7 x 9\ncpu1x 1 2 3 4 5 6 7 8 9\n',
  [{ cpu: '0', runningNanoseconds: 7, waitingNanoseconds: undefined, timeslices: 9 }],
  ['expected a number, got "x" in "cpu0 1 2 3 4 5 6 7 x 9"', 'unexpected line "cpu1x 1 2 3 4 5 6 7 8 9"'],
);
survives(VERSION_17);

parses('a file without a CPU', 'version 15\ntimestamp 4298000000\n', []);
rejects('another format', 'timestamp 1\n', 'expected a line "version", got "timestamp 1\\n"');
