import { parseSlabinfo } from '../../src/parse/slabinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseSlabinfo', parseSlabinfo);

const HEAD = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
`;
const REST = ' : tunables    0    0    0 : slabdata     27     27      0\n';
const SLAB = { activeObjects: 704, objects: 864, objectBytes: 256, objectsPerSlab: 32, pagesPerSlab: 2 };

parses('a cache', `${HEAD}tw_sock_TCP          704    864    256   32    2${REST}`, [{ ...SLAB, name: 'tw_sock_TCP' }]);
parses('a name with blanks and colons', `:A-0000:64 fuse request 7   704    864    256   32    2${REST}`, [
  { ...SLAB, name: ':A-0000:64 fuse request 7' },
]);
rejects(
  'a missing column',
  `tw_sock_TCP 1 2 3 4${REST}`,
  `unexpected line ${JSON.stringify(`tw_sock_TCP 1 2 3 4${REST.trimEnd()}`)}`,
);
rejects('a truncated line', 'tw_sock_TCP 1 2 3 4 5 : tun\n', 'unexpected line "tw_sock_TCP 1 2 3 4 5 : tun"');
survives(`${HEAD}tw_sock_TCP          704    864    256   32    2${REST}`);
