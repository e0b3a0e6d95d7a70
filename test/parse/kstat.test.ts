import { parseDatasetKstats, parseKstats, parsePoolIo } from '../../src/parse/kstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const ARC = `13 1 0x01 147 39984 3957128432 6215447289231
name                            type data
hits                            4    1272316
memory_available_bytes          3    -923480064
l2_asize                        4    18446744073709551615
arc_policy                      7    least recently used
`;

const kstats = describeParser('parseKstats', (text, report) => Object.fromEntries(parseKstats(text, report)));
kstats.parses('signed and unsigned numbers and skips other types', ARC, {
  hits: 1272316,
  memory_available_bytes: -923480064,
  l2_asize: 18446744073709552000,
});
kstats.parses('a table without rows', '1 1 0x01 0 0 1 2\nname type data\n', {});
kstats.rejects(
  'a file without a table',
  '1 1 0x01 0 0 1 2\n',
  'expected a line "name type data" in "1 1 0x01 0 0 1 2\\n"',
);
kstats.reports(
  'a word for a number and a row with one word',
  'name type data\nhits 4 many\nmisses\nsize 4 3\n',
  { size: 3 },
  ['expected a number, got "many" in "hits 4 many"', 'unexpected line "misses"'],
);
kstats.parses('a row whose first word is not a name', 'name type data\n4 4 4\nsize 4 3\n', { size: 3 });
kstats.survives(ARC);

const DATASET = `31 1 0x01 7 2160 221611904716 7145015038451
name                            type data
dataset_name                    7    tank/home of  ann
writes                          4    4
nwritten                        4    12302
`;

const dataset = describeParser('parseDatasetKstats', (text) => {
  const { dataset, numbers } = parseDatasetKstats(text);
  return { dataset, numbers: Object.fromEntries(numbers) };
});
dataset.parses('a name with blanks', DATASET, {
  dataset: 'tank/home of  ann',
  numbers: { writes: 4, nwritten: 12302 },
});
dataset.parses('a name that is part of another word in the line', 'name type data\ndataset_name  7  d\nwrites 4 1\n', {
  dataset: 'd',
  numbers: { writes: 1 },
});
dataset.rejects('a table without a dataset', 'name type data\n', 'expected a dataset_name in "name type data\\n"');
dataset.survives(DATASET);

const IO = `12 3 0x00 1 80 79205351707403 395818011156865
nread    nwritten reads    writes   rcnt
1884160  3206144  22       132      0
`;

const io = describeParser('parsePoolIo', (text, report) => Object.fromEntries(parsePoolIo(text, report)));
io.parses('a line of names and a line of numbers', IO, {
  nread: 1884160,
  nwritten: 3206144,
  reads: 22,
  writes: 132,
  rcnt: 0,
});
io.rejects(
  'fewer numbers than names',
  '1\nnread reads\n1\n',
  'expected names and as many numbers in "1\\nnread reads\\n1\\n"',
);
io.rejects('an empty file', '', 'expected names and as many numbers in ""');
io.reports('a word for a number', '1\nnread reads\n7 x\n', { nread: 7 }, ['expected a number, got "x" in "7 x"']);
io.parses('lines before the names and before the numbers', 'odd\n1\nnread reads\nodd\n7 8\n', { nread: 7, reads: 8 });
io.survives(IO);
