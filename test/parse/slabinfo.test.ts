import { parseSlabinfo } from '../../src/parse/slabinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseSlabinfo', (text, report) =>
  parseSlabinfo(text, (name) => name !== 'unwanted', report),
);

const HEAD = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
`;
const REST = ' : tunables    0    0    0 : slabdata     27     27      0\n';
const SLAB = { activeObjects: 704, objects: 864, objectBytes: 256, objectsPerSlab: 32, pagesPerSlab: 2 };

parses('a cache', `${HEAD}tw_sock_TCP          704    864    256   32    2${REST}`, [{ ...SLAB, name: 'tw_sock_TCP' }]);
parses('a name with blanks and colons', `${HEAD}:A-0000:64 fuse request 7   704    864    256   32    2${REST}`, [
  { ...SLAB, name: ':A-0000:64 fuse request 7' },
]);
parses('a cache that is not wanted', `${HEAD}unwanted x 2 3 4 5${REST}tw_sock_TCP 704 864 256 32 2${REST}`, [
  { ...SLAB, name: 'tw_sock_TCP' },
]);
parses('two caches of one name', `${HEAD}a 704 864 256 32 2${REST}a 7 864 256 32 2${REST}`, [
  { ...SLAB, name: 'a' },
  { ...SLAB, name: 'a', activeObjects: 7 },
]);
rejects('a file without headings', 'odd\n', 'expected headings, got "odd\\n"');
reports(
  'a missing column, a truncated line and a word for a number',
  `${HEAD}a 1 2 3 4${REST}b 1 2 3 4 5 : tun\nc 704 x 256 32 2${REST}`,
  [{ ...SLAB, name: 'c', objects: undefined }],
  [
    `unexpected line ${JSON.stringify(`a 1 2 3 4${REST.trimEnd()}`)}`,
    'unexpected line "b 1 2 3 4 5 : tun"',
    `expected a number, got "x" in ${JSON.stringify(`c 704 x 256 32 2${REST.trimEnd()}`)}`,
  ],
);
survives(`${HEAD}tw_sock_TCP          704    864    256   32    2${REST}`);
