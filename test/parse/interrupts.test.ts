import { parseCpuHeading, parseInterrupts } from '../../src/parse/interrupts.ts';
import { describeParser } from '../support/describe-parser.ts';

const X86 = `            CPU0       CPU2       
   9:     398553       2320  IR-IO-APIC   9-fasteoi   acpi
  28:          0       1002 PCI-MSIX-0000:00:01.0   3-edge      virtio0-stats, mmc0
 NMI:         47       5031   Non-maskable interrupts
 ERR:          0
 MIS:          0
`;
const { parses, rejects, reports, survives } = describeParser('parseInterrupts', parseInterrupts);
parses('numbered and named interrupts while one CPU is offline', X86, {
  cpus: ['0', '2'],
  interrupts: [
    { name: '9', info: 'IR-IO-APIC', devices: '9-fasteoi acpi', counts: [398553, 2320] },
    { name: '28', info: 'PCI-MSIX-0000:00:01.0', devices: '3-edge virtio0-stats, mmc0', counts: [0, 1002] },
    { name: 'NMI', info: 'Non-maskable interrupts', devices: '', counts: [47, 5031] },
  ],
});
parses(
  'counts that touch the name, as on aarch64',
  '           CPU0\n  1:30123456    GICv3  25 Level     vgic\nIPI0:12  Rescheduling interrupts\nErr:          0\n',
  {
    cpus: ['0'],
    interrupts: [
      { name: '1', info: 'GICv3', devices: '25 Level vgic', counts: [30123456] },
      { name: 'IPI0', info: 'Rescheduling interrupts', devices: '', counts: [12] },
    ],
  },
);
rejects('an empty file', '', 'expected CPU names, got ""');
parses(
  'no line without a colon, and no line with text in place of counts',
  'CPU0\n9 1 chip\nFIQ:     usb_fiq\n9: 1 chip a\n',
  {
    cpus: ['0'],
    interrupts: [{ name: '9', info: 'chip', devices: 'a', counts: [1] }],
  },
);
reports(
  'a malformed count between the others, and returns everything else',
  'CPU0 CPU1 CPU2\n9: 1 x 3 chip a\n10: 4 5 6 chip b\nNMI: x 8 9 Non-maskable\n',
  {
    cpus: ['0', '1', '2'],
    interrupts: [
      { name: '9', info: 'chip', devices: 'a', counts: [1, undefined, 3] },
      { name: '10', info: 'chip', devices: 'b', counts: [4, 5, 6] },
    ],
  },
  ['expected an unsigned integer, got "x" in "9: 1 x 3 chip a"'],
);
rejects('a word between the counts', 'CPU0 CPU1\n9: 1 x chip\n', 'unexpected line "9: 1 x chip"');
survives(X86);

const heading = describeParser('parseCpuHeading', parseCpuHeading);
heading.parses('numbers of CPUs', '   CPU0  CPU255 ', ['0', '255']);
heading.rejects('a heading without CPU numbers', 'CPU0 total', 'expected CPU names, got "CPU0 total"');
