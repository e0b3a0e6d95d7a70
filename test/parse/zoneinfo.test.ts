import { parseZoneinfo } from '../../src/parse/zoneinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseZoneinfo', parseZoneinfo);

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
parses('an empty file', '', []);
rejects('a line before the first zone', '  pages free 1\n', 'unexpected line "  pages free 1"');
rejects('a damaged heading', `${TWO}Nod 1, zone DMA\n`, 'unexpected line "Nod 1, zone DMA"');
rejects(
  'a protection without parentheses',
  'Node 0, zone DMA\n protection: 1, 2\n',
  'unexpected line " protection: 1, 2"',
);
rejects('a word in a protection', 'Node 0, zone DMA\n protection: (1, x)\n', 'expected a number, got "x"');
rejects('a damaged number', 'Node 0, zone DMA\n min 3x\n', 'expected a number, got "3x"');
survives(TWO);
