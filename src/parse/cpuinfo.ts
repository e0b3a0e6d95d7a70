import { createForwardSearch, parseUnsigned, quote, splitWords } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

/** Properties of one CPU. A property that the architecture does not print is absent. */
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

/** Names of the lines of `/proc/cpuinfo` on one architecture. */
interface CpuinfoFormat {
  readonly texts: Readonly<Record<string, TextField>>;
  readonly megahertz?: string;
  readonly flags?: string;
  readonly bugs?: string;
  /** Name of the line that starts each block; `processor` by default. */
  readonly block?: string;
  /** True if the line that starts a block may be absent on a host with one CPU. */
  readonly isBlockOptional?: boolean;
}

const X86: CpuinfoFormat = {
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
/**
 * Linux before 3.8 prints the model only once, in the line `Processor`. On a host with one CPU, it prints no line
 * `processor`.
 */
const ARM: CpuinfoFormat = {
  texts: { Processor: 'modelName', 'model name': 'modelName' },
  flags: 'Features',
  isBlockOptional: true,
};
const POWER: CpuinfoFormat = { texts: { cpu: 'vendor' }, megahertz: 'clock' };
const RISCV: CpuinfoFormat = { texts: { hart: 'coreId', isa: 'modelName' } };
const MIPS: CpuinfoFormat = { texts: { 'system type': 'vendor', 'cpu model': 'modelName' } };
const LOONGARCH: CpuinfoFormat = {
  texts: { 'system type': 'vendor', 'CPU Family': 'family', 'Model Name': 'modelName' },
};

const S390: CpuinfoFormat = {
  texts: { vendor_id: 'vendor', 'physical id': 'packageId', 'core id': 'coreId' },
  megahertz: 'cpu MHz dynamic',
  flags: 'features',
  block: 'cpu number',
};

/** Formats, each with a pattern that matches the machine field of uname(2). */
const FORMATS: readonly (readonly [RegExp, CpuinfoFormat])[] = [
  [/^(x86_64|i\d86)/, X86],
  [/^(aarch64|arm)/, ARM],
  [/^ppc/, POWER],
  [/^riscv/, RISCV],
  [/^mips/, MIPS],
  [/^loongarch/, LOONGARCH],
  [/^s390/, S390],
];

/**
 * Parses `/proc/cpuinfo`. The file contains a block of lines for each online CPU. Lines before the first block apply to all
 * CPUs.
 *
 *     processor	: 0
 *     vendor_id	: GenuineIntel
 *     model name	: Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz
 *     cpu MHz		: 2593.905
 *
 * https://man7.org/linux/man-pages/man5/proc_cpuinfo.5.html
 *
 * @param machine machine field of uname(2), for example `x86_64`
 */
export function parseCpuinfo(text: string, machine: string, report: ReportProblem = raise): readonly Cpuinfo[] {
  const format = FORMATS.find(([name]) => name.test(machine))?.[1];
  if (format === undefined) throw new SyntaxError(`unknown format for machine ${quote(machine)}`);
  const { block = 'processor' } = format;
  const cpus: Writable[] = [];
  const common: Writable = { processor: '' };
  let current: Writable | undefined = common;
  const findColon = createForwardSearch(text, ': ');
  const visit = (start: number, end: number): void => {
    // The first colon ends the name. The value may contain more colons.
    const colon = findColon(start);
    if (colon === -1 || colon >= end) return;
    const [key, value] = [text.slice(start, colon).trim(), text.slice(colon + 2, end)];
    if (key !== block) {
      if (current !== undefined) setField(current, format, [key, value]);
      return;
    }
    // The number of the CPU is malformed, so the lines of its block are ignored.
    current = undefined;
    current = { ...common, processor: parseProcessor(value) };
    cpus.push(current);
  };
  visitRows(text, visit, report);
  if (cpus.length === 0 && format.isBlockOptional === true) cpus.push({ ...common, processor: '0' });
  if (cpus.length === 0) throw new SyntaxError(`expected a processor in ${quote(text)}`);
  return cpus;
}

function parseProcessor(value: string): string {
  if (!/^\d{1,6}$/.test(value)) throw new SyntaxError(`expected a processor number, got ${quote(value)}`);
  return value;
}

function setField(cpu: Writable, format: CpuinfoFormat, [key, value]: readonly [key: string, value: string]): void {
  const field = Object.hasOwn(format.texts, key) ? format.texts[key] : undefined;
  if (field !== undefined) cpu[field] = value;
  else if (key === format.megahertz) cpu.megahertz = parseUnsigned(value.trim().replace(/MHz$/, ''));
  else if (key === format.flags) cpu.flags = splitWords(value);
  else if (key === format.bugs) cpu.bugs = splitWords(value);
}
