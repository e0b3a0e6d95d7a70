import { quote, scanCounts, splitLines, splitWords } from './lines.ts';

/** One source of interrupts. */
export interface Interrupt {
  /** Its number, `42`, or an abbreviation, `NMI`. */
  readonly name: string;
  /** Of a numbered one the chip and the way it is triggered, of others what they are. */
  readonly info: string;
  /** The devices of a numbered one. */
  readonly devices: string;
  /** For each CPU, in the order of {@link Interrupts.cpus}. */
  readonly counts: readonly number[];
}

export interface Interrupts {
  /** The numbers of the CPUs that are on-line. */
  readonly cpus: readonly string[];
  readonly interrupts: readonly Interrupt[];
}

/**
 * `/proc/interrupts`, a table with a column for each CPU that is on-line:
 *
 *                CPU0       CPU2
 *       9:     398553       2320  IR-IO-APIC   9-fasteoi   acpi
 *     NMI:         47       5031   Non-maskable interrupts
 *     ERR:          0
 *
 * Lines that are not counted for each CPU (`ERR`, `MIS`) are left out.
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

/** The numbers of the CPUs in a heading: `CPU0 CPU2`. */
export function parseCpuHeading(line: string): readonly string[] {
  const words = splitWords(line);
  if (words.length === 0 || !words.every((word) => /^CPU\d{1,6}$/.test(word))) {
    throw new SyntaxError(`expected CPU names, got ${quote(line)}`);
  }
  return words.map((word) => word.slice('CPU'.length));
}

function parseInterrupt(line: string, cpus: number): Interrupt | undefined {
  // Names hold no colon; chips and devices after the numbers do.
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
