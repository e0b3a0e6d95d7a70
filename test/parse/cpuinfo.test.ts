import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCpuinfo } from '../../src/parse/cpuinfo.ts';
import { describeParser } from '../support/describe-parser.ts';

const XEON = `processor	: 0
vendor_id	: GenuineIntel
cpu family	: 6
model		: 85
model name	: Intel(R) Xeon(R): 8272CL CPU @ 2.60GHz
stepping	: 7
microcode	: 0xffffffff
cpu MHz		: 2593.905
cache size	: 36608 KB
physical id	: 0
siblings	: 2
core id		: 1
flags		: fpu vme sse4_1
bugs		: cpu_meltdown mds
bogomips	: 5187.81
address sizes	: 46 bits physical, 48 bits virtual
power management:

processor	: 17
bugs		:

`;
const x86 = describeParser('parseCpuinfo() for x86_64', (text, report) => parseCpuinfo(text, 'x86_64', report));
x86.parses('two CPUs with different fields', XEON, [
  {
    processor: '0',
    vendor: 'GenuineIntel',
    family: '6',
    model: '85',
    modelName: 'Intel(R) Xeon(R): 8272CL CPU @ 2.60GHz',
    stepping: '7',
    microcode: '0xffffffff',
    megahertz: 2593.905,
    cacheSize: '36608 KB',
    packageId: '0',
    coreId: '1',
    flags: ['fpu', 'vme', 'sse4_1'],
    bugs: ['cpu_meltdown', 'mds'],
  },
  { processor: '17' },
]);
x86.rejects('an empty file', '', 'expected a processor in ""');
x86.rejects(
  'a processor without a number',
  'processor\t: first\n',
  'expected a processor number, got "first" in "processor\\t: first"',
);
x86.rejects(
  'a word for a frequency',
  'processor\t: 0\ncpu MHz\t: fast\n',
  'expected a number, got "fast" in "cpu MHz\\t: fast"',
);
x86.reports(
  'a frequency that is no number, and returns the other fields',
  'processor\t: 0\ncpu MHz\t: fast\nstepping\t: 7\n',
  [{ processor: '0', stepping: '7' }],
  ['expected a number, got "fast" in "cpu MHz\\t: fast"'],
);
x86.reports(
  'a processor without a number, with its lines',
  'processor\t: 0\nstepping\t: 7\n\nprocessor\t: x\nstepping\t: 8\n\nprocessor\t: 2\nstepping\t: 9\n',
  [
    { processor: '0', stepping: '7' },
    { processor: '2', stepping: '9' },
  ],
  ['expected a processor number, got "x" in "processor\\t: x"'],
);
x86.survives(XEON);

describeParser('parseCpuinfo() for aarch64', (text, report) => parseCpuinfo(text, 'aarch64', report)).parses(
  'a Graviton CPU',
  `processor	: 0
BogoMIPS	: 243.75
Features	: fp asimd evtstrm aes
CPU implementer	: 0x41
CPU architecture: 8
`,
  [{ processor: '0', flags: ['fp', 'asimd', 'evtstrm', 'aes'] }],
);

describeParser('parseCpuinfo() for armv6l', (text, report) => parseCpuinfo(text, 'armv6l', report)).parses(
  'the only CPU of an old kernel, which has no number',
  'Processor\t: ARMv6-compatible processor rev 7 (v6l)\nBogoMIPS\t: 697.95\nFeatures\t: swp half thumb\n\nHardware\t: BCM2708\n',
  [{ processor: '0', modelName: 'ARMv6-compatible processor rev 7 (v6l)', flags: ['swp', 'half', 'thumb'] }],
);

describeParser('parseCpuinfo() for s390x', (text, report) => parseCpuinfo(text, 's390x', report)).parses(
  'a list of processors and a block for each CPU',
  `vendor_id       : IBM/S390
# processors    : 2
bogomips per cpu: 3241.00
features\t: esan3 zarch stfle
facilities      : 0 1 2 3
processor 0: version = 00,  identification = 01CDB8,  machine = 3931
processor 1: version = 00,  identification = 01CDB8,  machine = 3931

cpu number      : 0
physical id     : 2
core id         : 1
version         : 00
cpu MHz dynamic : 5200
cpu MHz static  : 5201

cpu number      : 1
cpu MHz dynamic : 5200
`,
  [
    {
      processor: '0',
      vendor: 'IBM/S390',
      flags: ['esan3', 'zarch', 'stfle'],
      packageId: '2',
      coreId: '1',
      megahertz: 5200,
    },
    { processor: '1', vendor: 'IBM/S390', flags: ['esan3', 'zarch', 'stfle'], megahertz: 5200 },
  ],
);

describeParser('parseCpuinfo() for ppc64le', (text, report) => parseCpuinfo(text, 'ppc64le', report)).parses(
  'a POWER9 CPU and ignores the model of the host',
  `processor	: 0
cpu		: POWER9, altivec supported
clock		: 3283.000000MHz
revision	: 2.2 (pvr 004e 1202)

timebase	: 512000000
model		: 8335-GTH
`,
  [{ processor: '0', vendor: 'POWER9, altivec supported', megahertz: 3283 }],
);

describeParser('parseCpuinfo() for riscv64', (text, report) => parseCpuinfo(text, 'riscv64', report)).parses(
  'a SiFive CPU',
  'processor\t: 0\nhart\t\t: 3\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n',
  [{ processor: '0', coreId: '3', modelName: 'rv64imafdc' }],
);

describeParser('parseCpuinfo() for mips', (text, report) => parseCpuinfo(text, 'mips64', report)).parses(
  'a field before the first CPU for all CPUs',
  'system type\t\t: UBNT_E100\n\nprocessor\t\t: 0\ncpu model\t\t: Cavium Octeon+ V0.1\n\nprocessor\t\t: 1\n',
  [
    { processor: '0', vendor: 'UBNT_E100', modelName: 'Cavium Octeon+ V0.1' },
    { processor: '1', vendor: 'UBNT_E100' },
  ],
);

test('parseCpuinfo() rejects a machine with an unknown format', () => {
  assert.throws(() => parseCpuinfo(XEON, 'sparc64'), {
    name: 'SyntaxError',
    message: 'unknown format for machine "sparc64"',
  });
});
