import { parseMountinfo } from '../../src/parse/mountinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseMountinfo', parseMountinfo);

const ROOT = '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard,errors=remount-ro\n';
const root = {
  id: '27',
  parent: '1',
  major: '254',
  minor: '0',
  mountPoint: '/',
  options: ['rw', 'relatime'],
  type: 'ext4',
  source: '/dev/vda1',
  superOptions: ['rw', 'discard', 'errors=remount-ro'],
};

parses('a mount', ROOT, [root]);
parses('an empty table', '', []);
parses(
  'mounts without and with several optional fields',
  '27 1 254:0 / / rw - ext4 /dev/vda1 rw\n28 27 0:5 / /a rw shared:2 master:1 - 9p a rw\n',
  [
    { ...root, options: ['rw'], superOptions: ['rw'] },
    {
      ...root,
      ...{ id: '28', parent: '27', major: '0', minor: '5', mountPoint: '/a', options: ['rw'] },
      ...{ type: '9p', source: 'a', superOptions: ['rw'] },
    },
  ],
);
parses(
  'an escaped mount point and decodes only its blanks and tabs',
  '30 27 8:1 / /my\\040disk\\011\\134\\012 rw - vfat /dev/disk/by-label/MY\\040DISK rw\n',
  [
    {
      ...{ id: '30', parent: '27', major: '8', minor: '1', mountPoint: '/my disk\t\\134\\012', options: ['rw'] },
      ...{ type: 'vfat', source: '/dev/disk/by-label/MY\\040DISK', superOptions: ['rw'] },
    },
  ],
);
parses('an empty source', '30 27 0:44 / /run/x rw - tmpfs  rw,size=4k\n', [
  {
    ...{ id: '30', parent: '27', major: '0', minor: '44', mountPoint: '/run/x', options: ['rw'] },
    ...{ type: 'tmpfs', source: '', superOptions: ['rw', 'size=4k'] },
  },
]);
parses(
  'blanks in the options of a file system',
  '30 27 0:44 / /c rw - 9p C:\\134 rw,aname=drvfs;path=C:\\Program Files,x\n',
  [
    {
      ...{ id: '30', parent: '27', major: '0', minor: '44', mountPoint: '/c', options: ['rw'] },
      ...{ type: '9p', source: 'C:\\134', superOptions: ['rw', 'aname=drvfs;path=C:\\Program Files', 'x'] },
    },
  ],
);
rejects(
  'a line without a separator',
  '27 1 254:0 / / rw ext4 /dev/vda1 rw\n',
  'unexpected line "27 1 254:0 / / rw ext4 /dev/vda1 rw"',
);
rejects(
  'a truncated line',
  '27 1 254:0 / / rw - ext4 /dev/vda1\n',
  'unexpected line "27 1 254:0 / / rw - ext4 /dev/vda1"',
);
rejects(
  'a line without its first fields',
  '254:0 / / rw - ext4 /dev/vda1 rw\n',
  'unexpected line "254:0 / / rw - ext4 /dev/vda1 rw"',
);
rejects(
  'a word for a device number',
  '27 1 254:x / / rw - ext4 a rw\n',
  'unexpected line "27 1 254:x / / rw - ext4 a rw"',
);
survives(ROOT, `${ROOT}30 27 0:44 / /my\\040disk rw - tmpfs  rw\n`);
