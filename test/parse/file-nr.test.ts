import { parseFileNr } from '../../src/parse/file-nr.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseFileNr', parseFileNr);

parses('allocated and maximal files', '1024\t0\t1631329\n', { allocated: 1024, maximum: 1631329 });
parses('the largest limit', '1380\t0\t9223372036854775807\n', { allocated: 1380, maximum: 9223372036854776000 });
rejects('a file with two numbers', '1024\t0\n', 'expected three numbers in "1024\\t0\\n"');
rejects('a word for a number', '1024\t0\tmany\n', 'expected a number, got "many" in "1024\\t0\\tmany"');
survives('1024\t0\t1631329\n');
