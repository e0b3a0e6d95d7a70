import { parseProcessIo } from '../../src/parse/process-io.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseProcessIo', parseProcessIo);

const IO =
  'rchar: 323934931\nwchar: 323929600\nsyscr: 632687\nsyscw: 632675\nread_bytes: 4096\nwrite_bytes: 323932160\ncancelled_write_bytes: 0\n';

parses('bytes read from devices and written to devices', IO, { readBytes: 4096, writtenBytes: 323932160 });
parses('a file without the two fields', 'rchar: 1\nwchar: 2\n', { readBytes: undefined, writtenBytes: undefined });
rejects('a word for a number', 'read_bytes: many\n', 'expected a number, got "many" in "read_bytes: many"');
survives(IO);
