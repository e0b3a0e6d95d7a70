import { parseSoftirqs } from '../../src/parse/softirqs.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseSoftirqs', parseSoftirqs);

const TWO = `                    CPU0       CPU1       
          HI:          7          1
      NET_TX:       2301       2430
`;
accepts('what the kernel prints', TWO, {
  cpus: ['0', '1'],
  counts: new Map([
    ['HI', [7, 1]],
    ['NET_TX', [2301, 2430]],
  ]),
});
refuses('a file without CPUs', '\n', 'expected CPU names, got ""');
refuses('a number too few', 'CPU0 CPU1\nHI: 1\n', 'unexpected line "HI: 1"');
refuses('a line without a colon', 'CPU0\n5\n', 'unexpected line "5"');
refuses('a word', 'CPU0\nHI: x\n', 'unexpected line "HI: x"');
survives(TWO);
