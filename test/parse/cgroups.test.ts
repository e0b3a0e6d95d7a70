import { parseCgroups } from '../../src/parse/cgroups.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseCgroups', parseCgroups);

const SOME = '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t22\t1\nhugetlb\t0\t3\t0\n';
parses('several controllers', SOME, [
  { name: 'memory', cgroups: 22, enabled: 1 },
  { name: 'hugetlb', cgroups: 3, enabled: 0 },
]);
rejects('a missing column', 'memory\t4\t22\n', 'unexpected line "memory\\t4\\t22"');
rejects('a word for a number', 'memory\t4\tmany\t1\n', 'expected a number, got "many" in "memory\\t4\\tmany\\t1"');
survives(SOME);
