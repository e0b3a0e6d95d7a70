import { parseMountstats } from '../../src/parse/mountstats.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseMountstats', parseMountstats);

const OTHERS = `device sysfs mounted on /sys with fstype sysfs
no device mounted on /mnt with fstype none
device /dev/vda1 mounted on / with fstype ext4
`;
const HEAD = 'device filer:/a\\040b mounted on /mnt/a\\040b with fstype nfs4 statvers=1.1\n';
const MOUNT = `${HEAD}\topts:\trw,vers=4.2,hard,proto=tcp
\tage:\t120
\tcaps:\tcaps=0xfff7,wtmult=512
\tevents:\t1 2 3
\tbytes:\t4 18446744073709551615
\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)
\txprt:\ttcp 832 1 2 3 4 5 6 7 8 9 10 11 12
\tper-op statistics
\t        NULL: 1 1 0 44 24 18446744073709551613 1 2 0
\t        READ: 2 3 4 5 6 7 8 9

`;

parses('an NFS mount between other mounts', `${OTHERS}${MOUNT}${OTHERS}`, [
  {
    device: 'filer:/a\\040b',
    mountPoint: '/mnt/a\\040b',
    type: 'nfs4',
    age: 120,
    bytes: [4, 2 ** 64],
    events: [1, 2, 3],
    transports: [{ name: 'tcp', numbers: [832, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }],
    operations: [
      { name: 'NULL', numbers: [1, 1, 0, 44, 24, 9007199254740989, 1, 2, 0] },
      { name: 'READ', numbers: [2, 3, 4, 5, 6, 7, 8, 9] },
    ],
  },
]);
parses(
  'transports of all kinds and skips an unknown one',
  `${HEAD}\txprt:\tudp 1 2 3 4 9007199254740994 6 7 8 9 10
\txprt:\trdma 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
\txprt:\ttcp 1 2 3 4 5 6 7 8 9 10
\txprt:\tlocal 1 2
`,
  [
    {
      device: 'filer:/a\\040b',
      mountPoint: '/mnt/a\\040b',
      type: 'nfs4',
      age: undefined,
      bytes: [],
      events: [],
      transports: [
        { name: 'udp', numbers: [1, 2, 0, 0, 0, 3, 4, 2 ** 53 + 2, 6, 7, 8, 9, 10] },
        { name: 'rdma', numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0] },
        { name: 'tcp', numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0] },
      ],
      operations: [],
    },
  ],
);
parses('a transport that was last used in the future', `${HEAD}\txprt:\ttcp 815 1 2 0 -62 3 4 5 6 7\n`, [
  {
    device: 'filer:/a\\040b',
    mountPoint: '/mnt/a\\040b',
    type: 'nfs4',
    age: undefined,
    bytes: [],
    events: [],
    transports: [{ name: 'tcp', numbers: [815, 1, 2, 0, -62, 3, 4, 5, 6, 7, 0, 0, 0] }],
    operations: [],
  },
]);
parses('a file without NFS mounts', OTHERS, []);
rejects('a truncated transport', `${HEAD}\txprt:\ttcp 1 2 3\n`, 'expected more numbers in "\\txprt:\\ttcp 1 2 3"');
rejects('a truncated operation', `${HEAD}\tper-op statistics\n\tREAD: 1 2\n`, 'unexpected line "\\tREAD: 1 2"');
rejects(
  'an operation without a name',
  `${HEAD}\tper-op statistics\n\t1 2 3 4 5 6 7 8 9\n`,
  'unexpected line "\\t1 2 3 4 5 6 7 8 9"',
);
rejects('a word for a number', `${HEAD}\tage:\told\n`, 'expected a number, got "old" in "\\tage:\\told"');
survives(OTHERS + MOUNT);
