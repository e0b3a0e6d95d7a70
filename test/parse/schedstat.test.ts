import { parseSchedstat } from '../../src/parse/schedstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseSchedstat', parseSchedstat);

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
rejects('a word for a number', 'cpu0 1 2 3 x 5 6 7 8 9\n', 'unexpected line "cpu0 1 2 3 x 5 6 7 8 9"');
rejects('a CPU without a number', 'cpu 1\n', 'unexpected line "cpu 1"');
survives(VERSION_17);
