import { parsePortCounter, parsePortRate, parsePortState } from '../../src/parse/infiniband.ts';
import { describeParser } from '../support/describe-parser.ts';

const state = describeParser('parsePortState', parsePortState);

state.parses('a number and a name', '4: ACTIVE\n', 4);
state.parses('a name with a colon', '5: Link:Up\n', 5);
state.rejects('a number without a name', '4\n', 'expected a number and a name, got "4\\n"');
state.rejects('a name without a number', ': ACTIVE\n', 'expected a number, got ""');
state.survives('4: ACTIVE\n');

const rate = describeParser('parsePortRate', parsePortRate);

rate.parses('gigabits per second', '100 Gb/sec (4X EDR)\n', 12_500_000_000);
rate.parses('a fractional rate', '2.5 Gb/sec (1X SDR)\n', 312_500_000);
rate.rejects('a number without a unit', '100\n', 'expected a number and a unit, got "100\\n"');
rate.rejects('a unit without a number', ' Gb/sec\n', 'expected a number, got ""');
rate.survives('100 Gb/sec (4X EDR)\n');

const counter = describeParser('parsePortCounter', parsePortCounter);

counter.parses('a counter', '18446744073709551615\n', 2 ** 64);
counter.parses('a port without performance management', 'N/A (no PMA)\n', undefined);
counter.rejects('a word for a counter', 'many\n', 'expected a number, got "many"');
counter.survives('7\n');
