import { parseMdstat, type RaidArray } from '../../src/parse/mdstat.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, reports, survives } = describeParser('parseMdstat', parseMdstat);

const HEAD = 'Personalities : [raid1] [raid6] [raid5] [raid4] [raid10] \n';
const TAIL = '\nunused devices: <none>\n';
const REBUILT = `${HEAD}md1 : active raid5 sdd1[4] sdc1[2](F) sdb1[1] sda1[0] sde1[5](S)
      2095104 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]
      [====>................]  recovery = 23.4% (245760/1047552) finish=0.1min speed=81920K/sec
      bitmap: 1/1 pages [4KB], 65536KB chunk

md0 : active (auto-read-only) raid1 sdg[1] sdf[0]
      1046528 blocks super 1.2 [2/2] [UU]
      bitmap: 0/1 pages [0KB], 65536KB chunk
${TAIL}`;

const md0: RaidArray = {
  ...{ device: 'md0', state: 'active', required: 2, active: 2, failed: 0, spare: 0 },
  ...{ blocks: 1046528, synced: 1046528 },
};

function array(lines: string): string {
  return `${HEAD}${lines}${TAIL}`;
}

parses('a file without arrays', 'Personalities : \nunused devices: <none>\n', []);
parses('an array in recovery and a healthy read-only array', REBUILT, [
  {
    ...{ device: 'md1', state: 'recovery', required: 3, active: 2, failed: 1, spare: 1 },
    ...{ blocks: 2095104, synced: 245760 },
  },
  md0,
]);
parses(
  'a check below the bitmap',
  array(
    'md0 : active raid1 sdg[1] sdf[0]\n      1046528 blocks [2/2] [UU]\n      bitmap: 0/1 pages\n      [>...]  check =  5.7% (59651/1046528) finish=0.2min speed=114176K/sec\n',
  ),
  [{ ...md0, state: 'check', synced: 59651 }],
);
for (const word of ['DELAYED', 'PENDING']) {
  parses(
    `a resync that is ${word}`,
    array(`md0 : active raid1 sdg[1] sdf[0]\n      1046528 blocks [2/2] [UU]\n      \tresync=${word}\n`),
    [{ ...md0, state: 'resync', synced: 0 }],
  );
}
parses(
  'a resync by another node of the cluster',
  array('md0 : active raid1 sdg[1] sdf[0]\n      1046528 blocks [2/2] [UU]\n      \tresync=REMOTE\n'),
  [{ ...md0, state: 'resync', synced: undefined }],
);
parses(
  'raid0, which needs all of its disks',
  array('md2 : active raid0 sdb[1] sda[0]\n      4190208 blocks super 1.2 512k chunks\n'),
  [{ ...md0, device: 'md2', blocks: 4190208, synced: 4190208 }],
);
parses(
  'an inactive container of spares',
  array('md127 : inactive sdb[1](S) sda[0](S)\n      10402 blocks super external:imsm\n'),
  [
    {
      ...{ device: 'md127', state: 'inactive', required: 0, active: 0, failed: 0, spare: 2 },
      ...{ blocks: 10402, synced: 10402 },
    },
  ],
);
parses('an array without disks', array('md5 : inactive \n      \n'), [
  { ...md0, device: 'md5', state: 'inactive', required: 0, active: 0, blocks: undefined, synced: undefined },
]);
parses('a personality without a count of disks', array('md6 : active faulty sda[0]\n      100 blocks nothing\n'), [
  { ...md0, device: 'md6', required: undefined, active: undefined, blocks: 100, synced: 100 },
]);
rejects('a truncated line', array('md0\n'), 'unexpected line "md0"');
rejects(
  'a word for a size',
  array('md0 : active raid1 sdb[0]\n      many blocks [1/1] [U]\n'),
  'expected a number, got "many" in "      many blocks [1/1] [U]"',
);
rejects(
  'a status without a size',
  array('md0 : active raid1 sdb[0]\n      [1/1] [U]\n'),
  'expected a number of blocks in "      [1/1] [U]"',
);
survives(REBUILT);

parses(
  'an array without disks, whose counts are in its first line',
  array('md3 : active raid6 super 1.2 level 6, 64k chunk, algorithm 2 [5/0] [_____]\n      \n'),
  [
    {
      ...{ device: 'md3', state: 'active', required: 5, active: 0, failed: 0, spare: 0 },
      ...{ blocks: undefined, synced: undefined },
    },
  ],
);
parses(
  'an array without disks that has a bitmap',
  array('md3 : active raid1 super 1.2 [2/0] [__]\n      bitmap: 0/1 pages [0KB], 65536KB chunk\n'),
  [
    {
      ...{ device: 'md3', state: 'active', required: 2, active: 0, failed: 0, spare: 0 },
      ...{ blocks: undefined, synced: undefined },
    },
  ],
);
parses(
  'a broken raid0, one of whose disks has failed',
  array('md4 : broken raid0 sdc[2] sdb[1](F) sda[0]\n      6288384 blocks super 1.2 512k chunks\n'),
  [
    {
      ...{ device: 'md4', state: 'broken', required: 3, active: 2, failed: 1, spare: 0 },
      ...{ blocks: 6288384, synced: 6288384 },
    },
  ],
);
rejects(
  'a file of another format with one error',
  'sbName=/boot/config/super.dat\nsbVersion=2.9.17\nmdState=STARTED\n',
  'expected a line "Personalities", got "sbName=/boot/config/super.dat\\nsbVersion=2.9.17\\nmdState=STARTED\\n"',
);
rejects('an empty file', '', 'expected a line "Personalities", got ""');

reports(
  'malformed numbers of disks',
  array('md0 : active raid1 sdg[1] sdf[0]\n      1046528 blocks super 1.2 [2/x] [UU]\n'),
  [{ ...md0, required: undefined, active: undefined }],
  ['expected the numbers of disks in "      1046528 blocks super 1.2 [2/x] [UU]"'],
);
