import { parseBuddyinfo } from '../../src/parse/buddyinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseBuddyinfo', parseBuddyinfo);

const TWO = `Node 0, zone      DMA      1      0      3 
Node 10, zone   Normal  18297   6582    674 
`;
parses('zones of two nodes', TWO, [
  { node: '0', zone: 'DMA', blocks: [1, 0, 3] },
  { node: '10', zone: 'Normal', blocks: [18297, 6582, 674] },
]);
rejects('an unknown line', 'Zone 0 1 2\n', 'unexpected line "Zone 0 1 2"');
rejects(
  'a word for a count',
  'Node 0, zone DMA 1 x\n',
  'expected an unsigned integer, got "x" in "Node 0, zone DMA 1 x"',
);
rejects(
  'a zone with fewer counts than the first zone',
  TWO.replace('6582', ''),
  'expected 3 counts in "Node 10, zone   Normal  18297       674 "',
);
survives(TWO);
