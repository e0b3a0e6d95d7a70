import { quote, scanCounts, splitLines, splitWords } from './lines.ts';

/** A source of interrupts, with its count for each CPU. */
export interface Interrupt {
  /** Number (`42`) or abbreviation (`NMI`) of the interrupt. */
  readonly name: string;
  /** Interrupt controller of a numbered interrupt, or description of an interrupt without a number. */
  readonly info: string;
  /** Trigger and devices of a numbered interrupt; empty for an interrupt without a number. */
  readonly devices: string;
  /** One count per CPU, in the order of {@link Interrupts.cpus}. */
  readonly counts: readonly number[];
}

export interface Interrupts {
  /** Numbers of the online CPUs. */
  readonly cpus: readonly string[];
  readonly interrupts: readonly Interrupt[];
}

/**
 * Parses `/proc/interrupts`, a table with a column per online CPU:
 *
 *                CPU0       CPU2
 *       9:     398553       2320  IR-IO-APIC   9-fasteoi   acpi
 *     NMI:         47       5031   Non-maskable interrupts
 *     ERR:          0
 *
 * Lines without a count per CPU (`ERR`, `MIS`) are left out.
 *
 * https://man7.org/linux/man-pages/man5/proc_interrupts.5.html
 */
export function parseInterrupts(text: string): Interrupts {
  const [head, ...lines] = splitLines(text);
  const cpus = parseCpuHeading(head ?? '');
  const interrupts: Interrupt[] = [];
  for (const line of lines) {
    const interrupt = parseInterrupt(line, cpus.length);
    if (interrupt !== undefined) interrupts.push(interrupt);
  }
  return { cpus, interrupts };
}

/** Parses the headings of the columns, such as `CPU0 CPU2`, into the numbers of the CPUs. */
export function parseCpuHeading(line: string): readonly string[] {
  const words = splitWords(line);
  if (words.length === 0 || !words.every((word) => /^CPU\d{1,6}$/.test(word))) {
    throw new SyntaxError(`expected CPU names, got ${quote(line)}`);
  }
  return words.map((word) => word.slice('CPU'.length));
}

function parseInterrupt(line: string, cpus: number): Interrupt | undefined {
  // The text after the counts may contain a colon, but the name does not: the first colon ends the name.
  const colon = line.indexOf(':');
  if (colon === -1) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const { counts, end } = scanCounts(line, colon + 1, cpus);
  const words = splitWords(line.slice(end));
  if (counts.length < cpus && words.length > 0) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (words.length === 0) return undefined;
  const name = line.slice(0, colon).trim();
  if (!/^\d+$/.test(name)) return { name, info: words.join(' '), devices: '', counts };
  const [info = '', ...devices] = words;
  return { name, info, devices: devices.join(' '), counts };
}
