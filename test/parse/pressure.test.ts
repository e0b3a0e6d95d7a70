import { parsePressure } from '../../src/parse/pressure.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parsePressure', parsePressure);

const BOTH = `some avg10=0.10 avg60=2.00 avg300=3.85 total=157656722
full avg10=0.20 avg60=3.00 avg300=4.95 total=144745
`;
parses('both lines', BOTH, { some: 157656722, full: 144745 });
parses('the file irq, which has only the line full', 'full avg10=0.00 avg60=0.00 avg300=0.00 total=3541\n', {
  some: undefined,
  full: 3541,
});
parses('an unknown line and an unknown field', `most of it\n${BOTH.replace('total', 'avg900=0.00 total')}`, {
  some: 157656722,
  full: 144745,
});
rejects('an empty file', '', 'expected a line "some" or "full" in ""');
rejects('a line without a total', 'some avg10=0.10\n', 'unexpected line "some avg10=0.10"');
reports('a word for a total', 'some total=x\nfull total=7\n', { some: undefined, full: 7 }, [
  'expected a number, got "x" in "some total=x"',
]);
survives(BOTH);
