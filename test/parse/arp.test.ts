import { parseArp } from '../../src/parse/arp.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseArp', parseArp);

const HEADINGS = 'IP address       HW type     Flags       HW address            Mask     Device\n';
const GATEWAY = '10.0.0.1         0x1         0x2         52:54:00:12:35:02     *        eth0\n';

parses(
  'neighbours of several devices',
  `${HEADINGS}${GATEWAY}172.17.0.2       0x1         0x2         02:42:ac:11:00:02     *        docker0
10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0
`,
  new Map([
    ['eth0', 2],
    ['docker0', 1],
  ]),
);
parses('an empty table', HEADINGS, new Map());
rejects('a truncated line', `${HEADINGS}10.0.0.1 0x1 0x2\n`, 'unexpected line "10.0.0.1 0x1 0x2"');
rejects('a line with a seventh column', `${HEADINGS}1 2 3 4 5 6 7\n`, 'unexpected line "1 2 3 4 5 6 7"');
survives(HEADINGS + GATEWAY);
