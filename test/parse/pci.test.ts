import { parseLinkSpeed, parseLinkWidth, parsePciLocation, parseRegister } from '../../src/parse/pci.ts';
import { parsePciIds } from '../../src/parse/pci-ids.ts';
import { describeParser } from '../support/describe-parser.ts';

const location = describeParser('parsePciLocation', parsePciLocation);
location.parses('a name', '0000:3f:1e.7', { segment: '0000', bus: '3f', device: '1e', function: '7' });
location.parses('a segment of five digits', '10000:e1:00.0', {
  segment: '10000',
  bus: 'e1',
  device: '00',
  function: '0',
});
location.rejects('the name of a bus', 'pci0000:00', 'expected a PCI device, got "pci0000:00"');
location.survives('0000:3f:1e.7');

const speed = describeParser('parseLinkSpeed', parseLinkSpeed);
speed.parses('a speed', '2.5 GT/s PCIe\n', 2.5e9);
speed.parses('a speed without a fraction', '16 GT/s PCIe\n', 16e9);
speed.parses('Unknown of a link that is down', 'Unknown\n', undefined);
speed.parses('an empty speed', '\n', undefined);
speed.parses('a speed without a bus, as before Linux 5.7', '8 GT/s\n', 8e9);
speed.parses('the clock of a parallel bus', '133 MHz PCI-X\n', undefined);
speed.rejects('an unknown unit', '8 GB/s\n', 'expected a speed in GT/s, got "8 GB/s"');
speed.survives('2.5 GT/s PCIe\n');

const width = describeParser('parseLinkWidth', parseLinkWidth);
width.parses('a number of lanes', '16\n', 16);
width.parses('Unknown of a link that is down', 'Unknown\n', undefined);
width.rejects('a word for a number', 'x16\n', 'expected a number, got "x16"');
width.survives('16\n');

const register = describeParser('parseRegister', parseRegister);
register.parses('a register', '0x060400\n', '0x060400');
register.rejects('a decimal number', '17\n', 'expected a register, got "17"');
register.survives('0x060400\n');

const IDS = `# Version: 2026.01.01

8086  Intel Corporation
\t1521  I350 Gigabit Network Connection
\t\t8086 00a3  Ethernet Network Adapter I350-T4
\t1522  Another
c0a9  Micron/Crucial Technology

# List of known device classes
C 06  Bridge
\t04  PCI bridge
\t\t00  Normal decode
`;
const WANTED = ['8086', '8086:1521', '8086:1521:8086:00a3', 'C06', 'C0604', 'C060400', 'c0a9:1521', 'ffff'];

const ids = describeParser('parsePciIds', (text) => Object.fromEntries(parsePciIds(text, new Set(WANTED))));
ids.parses('only wanted names', IDS, {
  '8086': 'Intel Corporation',
  '8086:1521': 'I350 Gigabit Network Connection',
  '8086:1521:8086:00a3': 'Ethernet Network Adapter I350-T4',
  C06: 'Bridge',
  C0604: 'PCI bridge',
  C060400: 'Normal decode',
});
ids.parses('a file without names', '# nothing\n', {});
ids.survives(IDS);
