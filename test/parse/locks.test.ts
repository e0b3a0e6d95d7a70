import { parseLocks } from '../../src/parse/locks.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseLocks', parseLocks);

const LOCKS = [
  '1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF',
  '1: -> POSIX  ADVISORY  WRITE 3569 fd:00:2531452 0 EOF',
  '2: POSIX  ADVISORY  WRITE 3570 fd:00:9 128 128',
  '3: FLOCK  ADVISORY  READ  3571 00:1a:7 0 EOF',
  '4: OFDLCK ADVISORY  READ  -1 103:02:8 0 EOF',
  '5: LEASE  BREAKING  UNLCK 3572 fd:00:4 0 EOF',
  '6: POSIX  *NOINODE* WRITE 3573 <none>:0 0 EOF',
]
  .map((line) => `${line}\n`)
  .join('');

parses('a file without locks', '', []);
parses('locks of all mechanisms and counts equal locks', LOCKS, [
  { device: '253:0', mechanism: 'POSIX', mode: 'ADVISORY', type: 'WRITE', count: 2 },
  { device: '0:26', mechanism: 'FLOCK', mode: 'ADVISORY', type: 'READ', count: 1 },
  { device: '259:2', mechanism: 'OFDLCK', mode: 'ADVISORY', type: 'READ', count: 1 },
  { device: '253:0', mechanism: 'LEASE', mode: 'BREAKING', type: 'UNLCK', count: 1 },
]);
rejects('a truncated line', '1: POSIX  ADVISORY\n', 'unexpected line "1: POSIX  ADVISORY"');
survives(LOCKS);
