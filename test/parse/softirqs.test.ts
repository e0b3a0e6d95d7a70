import { parseSoftirqs } from '../../src/parse/softirqs.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseSoftirqs', parseSoftirqs);

const TWO = `                    CPU0       CPU1       
          HI:          7          1
      NET_TX:       2301       2430
`;
parses('counts of two CPUs', TWO, {
  cpus: ['0', '1'],
  counts: new Map([
    ['HI', [7, 1]],
    ['NET_TX', [2301, 2430]],
  ]),
});
rejects('a file without CPUs', '\n', 'expected CPU names, got ""');
rejects('a missing number', 'CPU0 CPU1\nHI: 1\n', 'unexpected line "HI: 1"');
rejects('a line without a colon', 'CPU0\n5\n', 'unexpected line "5"');
rejects('a word for a count', 'CPU0\nHI: x\n', 'unexpected line "HI: x"');
survives(TWO);
