import { parseUnsigned, quote, splitWords } from './lines.ts';

/** One CPU; what its architecture does not print stays `undefined`. */
export interface Cpuinfo {
  readonly processor: string;
  readonly vendor?: string;
  readonly family?: string;
  readonly model?: string;
  readonly modelName?: string;
  readonly microcode?: string;
  readonly stepping?: string;
  readonly cacheSize?: string;
  readonly packageId?: string;
  readonly coreId?: string;
  readonly megahertz?: number;
  readonly flags?: readonly string[];
  readonly bugs?: readonly string[];
}

type Writable = { -readonly [K in keyof Cpuinfo]: Cpuinfo[K] };
type TextField = Exclude<keyof Cpuinfo, 'megahertz' | 'flags' | 'bugs'>;

/** What the lines of an architecture are called: every architecture of the kernel prints its own. */
interface Format {
  readonly texts: Readonly<Record<string, TextField>>;
  readonly megahertz?: string;
  readonly flags?: string;
  readonly bugs?: string;
}

const X86: Format = {
  texts: {
    vendor_id: 'vendor',
    'cpu family': 'family',
    model: 'model',
    'model name': 'modelName',
    stepping: 'stepping',
    microcode: 'microcode',
    'cache size': 'cacheSize',
    'physical id': 'packageId',
    'core id': 'coreId',
  },
  megahertz: 'cpu MHz',
  flags: 'flags',
  bugs: 'bugs',
};
const ARM: Format = { texts: { 'model name': 'modelName' }, flags: 'Features' };
const POWER: Format = { texts: { cpu: 'vendor' }, megahertz: 'clock' };
const RISCV: Format = { texts: { hart: 'coreId', isa: 'modelName' } };
const MIPS: Format = { texts: { 'system type': 'vendor', 'cpu model': 'modelName' } };
const LOONGARCH: Format = { texts: { 'system type': 'vendor', 'CPU Family': 'family', 'Model Name': 'modelName' } };

/** By how the names of their machines in uname(2) begin. */
const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/^(x86_64|i\d86)/, X86],
  [/^(aarch64|arm)/, ARM],
  [/^ppc/, POWER],
  [/^riscv/, RISCV],
  [/^mips/, MIPS],
  [/^loongarch/, LOONGARCH],
];

/**
 * `/proc/cpuinfo`: a block of lines for each CPU that is on-line, parted by empty lines. What stands before the first
 * block is true of all.
 *
 *     processor	: 0
 *     vendor_id	: GenuineIntel
 *     model name	: Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz
 *     cpu MHz		: 2593.905
 *
 * https://man7.org/linux/man-pages/man5/proc_cpuinfo.5.html
 *
 * @param machine as uname(2) has it: `x86_64`
 */
export function parseCpuinfo(text: string, machine: string): readonly Cpuinfo[] {
  const format = FORMATS.find(([name]) => name.test(machine))?.[1];
  if (format === undefined) throw new SyntaxError(`unknown format of the machine ${quote(machine)}`);
  const cpus: Writable[] = [];
  const common: Writable = { processor: '' };
  for (const line of text.split('\n')) {
    // Up to the first colon that a value follows: the value may hold others.
    const colon = line.indexOf(': ');
    if (colon === -1) continue;
    const [key, value] = [line.slice(0, colon).trim(), line.slice(colon + 2)];
    if (key === 'processor') cpus.push({ ...common, processor: parseProcessor(value) });
    else setField(cpus.at(-1) ?? common, format, key, value);
  }
  if (cpus.length === 0) throw new SyntaxError(`expected a processor in ${quote(text)}`);
  return cpus;
}

function parseProcessor(value: string): string {
  if (!/^\d{1,6}$/.test(value)) throw new SyntaxError(`expected a processor number, got ${quote(value)}`);
  return value;
}

function setField(cpu: Writable, format: Format, key: string, value: string): void {
  const field = Object.hasOwn(format.texts, key) ? format.texts[key] : undefined;
  if (field !== undefined) cpu[field] = value;
  else if (key === format.megahertz) cpu.megahertz = parseUnsigned(value.trim().replace(/MHz$/, ''));
  else if (key === format.flags) cpu.flags = splitWords(value);
  else if (key === format.bugs) cpu.bugs = splitWords(value);
}
