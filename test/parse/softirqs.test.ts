import { parseSoftirqs } from '../../src/parse/softirqs.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSoftirqs', (text, report) =>
  parseSoftirqs(text, new Set(['HI', 'NET_TX']), report),
);

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
parses('lines of other texts', `odd\n${TWO}5\nBLOCK: x\n`, {
  cpus: ['0', '1'],
  counts: new Map([
    ['HI', [7, 1]],
    ['NET_TX', [2301, 2430]],
  ]),
});
reports(
  'a missing number and a word for a count',
  'CPU0 CPU1\nHI: 1\nNET_TX: x 5\n',
  { cpus: ['0', '1'], counts: new Map([['NET_TX', [undefined, 5]]]) },
  ['unexpected line "HI: 1"', 'expected an unsigned integer, got "x" in "NET_TX: x 5"'],
);
survives(TWO);
