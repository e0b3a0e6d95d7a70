import { parsePortCounter, parsePortRate, parsePortState } from '../../src/parse/infiniband.ts';
import { describeParser } from '../support/parser.ts';

const state = describeParser('parsePortState', parsePortState);

state.accepts('a number and a name', '4: ACTIVE\n', 4);
state.accepts('a name with a colon', '5: Link:Up\n', 5);
state.refuses('a number alone', '4\n', 'expected a number and a name, got "4\\n"');
state.refuses('a name alone', ': ACTIVE\n', 'expected a number, got ""');
state.survives('4: ACTIVE\n');

const rate = describeParser('parsePortRate', parsePortRate);

rate.accepts('gigabits', '100 Gb/sec (4X EDR)\n', 12_500_000_000);
rate.accepts('a fraction', '2.5 Gb/sec (1X SDR)\n', 312_500_000);
rate.refuses('a number alone', '100\n', 'expected a number and a unit, got "100\\n"');
rate.refuses('a unit alone', ' Gb/sec\n', 'expected a number, got ""');
rate.survives('100 Gb/sec (4X EDR)\n');

const counter = describeParser('parsePortCounter', parsePortCounter);

counter.accepts('a number', '18446744073709551615\n', 2 ** 64);
counter.accepts('that nobody counts', 'N/A (no PMA)\n', undefined);
counter.refuses('a word', 'many\n', 'expected a number, got "many"');
counter.survives('7\n');
