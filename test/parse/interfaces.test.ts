import { parseInterfaces } from '../../src/parse/interfaces.ts';
import { describeParser } from '../support/parser.ts';

const HEAD = [
  'Inter-|   Receive                                                |  Transmit',
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
  '',
].join('\n');
const LINE =
  '  eth0:   48740     706    1    2    0     0          0         0 22091863     717    3    4    0     0       0          0\n';
const eth0 = {
  received: { bytes: 48_740, packets: 706, errors: 1, dropped: 2 },
  transmitted: { bytes: 22_091_863, packets: 717, errors: 3, dropped: 4 },
};

const { accepts, refuses, survives } = describeParser('parseInterfaces', parseInterfaces);

accepts('what the kernel prints', HEAD + LINE, [{ name: 'eth0', ...eth0 }]);
accepts('an alias, and a number that touches the colon', `${HEAD}${LINE.replace('eth0:   ', 'eth0:1:')}`, [
  { name: 'eth0:1', ...eth0 },
]);
accepts('no interface', HEAD, []);
refuses('a line cut short', `${HEAD}  eth0: 1 2\n`, 'unexpected line "  eth0: 1 2"');
refuses('a line without a name', `${HEAD}1 2\n`, 'unexpected line "1 2"');
survives(HEAD + LINE);
