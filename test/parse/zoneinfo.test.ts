import { parseZoneinfo } from '../../src/parse/zoneinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseZoneinfo', (text, report) =>
  parseZoneinfo(text, new Set(['nr_inactive_anon', 'boost', 'min', 'nr_free_pages', 'numa_hit']), report),
);

const TWO = `Node 0, zone      DMA
  per-node stats
      nr_inactive_anon 50968
  pages free     3840
        boost    0
        min      30
        protection: (0, 3019, 8395)
      nr_free_pages 3841
  pagesets
    cpu: 0
              count:    1
              high:     44
  vm stats threshold: 24
  node_unreclaimable:  0
  start_pfn:           1
Node 1, zone   Normal
  pages free     7
      numa_hit   18446744073709551615
`;
parses('zones and the numbers of a node in its first zone', TWO, [
  {
    node: '0',
    zone: 'DMA',
    fields: new Map([
      ['nr_inactive_anon', 50968],
      ['boost', 0],
      ['min', 30],
      ['nr_free_pages', 3841],
    ]),
    protection: [0, 3019, 8395],
  },
  { node: '1', zone: 'Normal', fields: new Map([['numa_hit', 18446744073709552000]]), protection: [] },
]);
parses(
  'lines before the first zone and lines of other texts',
  'odd\n  min 1\nNode 0, zone DMA\nodd\n  min 2\n  min 2 3\n',
  [{ node: '0', zone: 'DMA', fields: new Map([['min', 2]]), protection: [] }],
);
rejects('an empty file', '', 'expected a line such as "Node 0, zone DMA" in ""');
reports(
  'a damaged heading, and returns no field after it',
  'Node 0, zone DMA\n  min 1\nNode x, zone DMA\n  min 3\n  boost 4\n',
  [{ node: '0', zone: 'DMA', fields: new Map([['min', 1]]), protection: [] }],
  ['unexpected line "Node x, zone DMA"'],
);
reports(
  'a protection without parentheses, a word in a protection and a damaged number',
  'Node 0, zone DMA\n protection: 1, 2\n min 3x\n boost 4\nNode 0, zone Normal\n protection: (1, x)\n',
  [
    { node: '0', zone: 'DMA', fields: new Map([['boost', 4]]), protection: [] },
    { node: '0', zone: 'Normal', fields: new Map(), protection: [1, undefined] },
  ],
  [
    'unexpected line " protection: 1, 2"',
    'expected a number, got "3x" in " min 3x"',
    'expected a number, got "x" in " protection: (1, x)"',
  ],
);
survives(TWO);

parses('the name of a zone with blanks after it', 'Node 3, zone   Movable  \n        min      30 \n', [
  { node: '3', zone: 'Movable', fields: new Map([['min', 30]]), protection: [] },
]);
