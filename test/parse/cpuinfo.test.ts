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
const x86 = describeParser('parseCpuinfo() for x86_64', (text) => parseCpuinfo(text, 'x86_64'));
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
x86.rejects('a processor without a number', 'processor\t: first\n', 'expected a processor number, got "first"');
x86.rejects('a word for a frequency', 'processor\t: 0\ncpu MHz\t: fast\n', 'expected a number, got "fast"');
x86.survives(XEON);

describeParser('parseCpuinfo() for aarch64', (text) => parseCpuinfo(text, 'aarch64')).parses(
  'a Graviton CPU',
  `processor	: 0
BogoMIPS	: 243.75
Features	: fp asimd evtstrm aes
CPU implementer	: 0x41
CPU architecture: 8
`,
  [{ processor: '0', flags: ['fp', 'asimd', 'evtstrm', 'aes'] }],
);

describeParser('parseCpuinfo() for ppc64le', (text) => parseCpuinfo(text, 'ppc64le')).parses(
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

describeParser('parseCpuinfo() for riscv64', (text) => parseCpuinfo(text, 'riscv64')).parses(
  'a SiFive CPU',
  'processor\t: 0\nhart\t\t: 3\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n',
  [{ processor: '0', coreId: '3', modelName: 'rv64imafdc' }],
);

describeParser('parseCpuinfo() for mips', (text) => parseCpuinfo(text, 'mips64')).parses(
  'a field before the first CPU for all CPUs',
  'system type\t\t: UBNT_E100\n\nprocessor\t\t: 0\ncpu model\t\t: Cavium Octeon+ V0.1\n\nprocessor\t\t: 1\n',
  [
    { processor: '0', vendor: 'UBNT_E100', modelName: 'Cavium Octeon+ V0.1' },
    { processor: '1', vendor: 'UBNT_E100' },
  ],
);

test('parseCpuinfo() rejects a machine with an unknown format', () => {
  assert.throws(() => parseCpuinfo(XEON, 's390x'), {
    name: 'SyntaxError',
    message: 'unknown format for machine "s390x"',
  });
});
