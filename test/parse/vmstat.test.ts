import { parseVmstat } from '../../src/parse/vmstat.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseVmstat', (text) =>
  parseVmstat(text, (name) => name !== 'nr_dirty'),
);

accepts(
  'what the kernel prints',
  'nr_free_pages 977769\npgfault 18446744073709551615\noom_kill 0\n',
  new Map([
    ['nr_free_pages', 977769],
    ['pgfault', 18446744073709552000],
    ['oom_kill', 0],
  ]),
);
accepts('what is not wanted, whatever it is', 'nr_dirty x\npgfault 7\n', new Map([['pgfault', 7]]));
refuses('a name without a number', 'pgfault\n', 'unexpected line "pgfault"');
refuses('a name that is no metric', 'pg-fault 1\n', 'unexpected line "pg-fault 1"');
refuses('two numbers', 'pgfault 1 2\n', 'expected a number, got "1 2"');
survives('nr_free_pages 977769\npgfault 4321987\noom_kill 0\n');
