import { parseCountFile, quote, scanCounts, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A source of interrupts, with its count for each CPU. */
export interface Interrupt {
  /** Number (`42`) or abbreviation (`NMI`) of the interrupt. */
  readonly name: string;
  /** Interrupt controller of a numbered interrupt, or description of an interrupt without a number. */
  readonly info: string;
  /** Trigger and devices of a numbered interrupt; empty for an interrupt without a number. */
  readonly devices: string;
  /** One count per CPU, in the order of {@link Interrupts.cpus}; a malformed count is `undefined`. */
  readonly counts: readonly (number | undefined)[];
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
 * Lines without a count per CPU (`ERR`, `MIS`, and `FIQ` on ARM) are left out.
 *
 * https://man7.org/linux/man-pages/man5/proc_interrupts.5.html
 */
export function parseInterrupts(text: string, report: ReportProblem = raise): Interrupts {
  const { cpus, rows } = findCpuHeading(splitLines(text));
  return { cpus, interrupts: parseRows(rows, (line) => parseInterrupt(line, cpus.length, report), report) };
}

/** A table with a column per CPU. */
interface CpuTable {
  /** Numbers of the CPUs. */
  readonly cpus: readonly string[];
  /** The lines after the heading. */
  readonly rows: readonly string[];
}

/** Splits a table with a column per CPU. Lines before the heading are left out. */
export function findCpuHeading(lines: readonly string[]): CpuTable {
  const heading = Math.max(
    0,
    lines.findIndex((line) => /^ *CPU\d/.test(line)),
  );
  return { cpus: parseCpuHeading(lines[heading] ?? ''), rows: lines.slice(heading + 1) };
}

/** Parses the headings of the columns, such as `CPU0 CPU2`, into the numbers of the CPUs. */
export function parseCpuHeading(line: string): readonly string[] {
  const words = splitWords(line);
  if (words.length === 0 || !words.every((word) => /^CPU\d{1,6}$/.test(word))) {
    throw new SyntaxError(`expected CPU names, got ${quote(line)}`);
  }
  return words.map((word) => word.slice('CPU'.length));
}

function parseInterrupt(line: string, cpus: number, report: ReportProblem): Interrupt | undefined {
  // The text after the counts may contain a colon, but the name does not: the first colon ends the name.
  const colon = line.indexOf(':');
  if (colon === -1) return undefined;
  const name = line.slice(0, colon).trim();
  const { counts, end } = scanCounts(line, colon + 1, cpus);
  const words = splitWords(line.slice(end));
  if (words.length === 0) return undefined;
  const isNumbered = /^\d+$/.test(name);
  if (counts.length === cpus) return describe({ name, counts, isNumbered, words });
  // Skip the line `FIQ` of ARM, which has names instead of counts. A numbered interrupt always has counts.
  if (counts.length === 0 && !isNumbered) return undefined;
  const columns = splitWords(line.slice(colon + 1)).slice(0, cpus);
  // Without a number in the last column, the malformed word may be the start of the text after the counts.
  if (columns.length < cpus || !isCount(columns.at(-1))) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return describe({
    name,
    counts: columns.map((word) => tryParse(parseCountFile, word, reportIn(line, report))),
    isNumbered,
    words: words.slice(cpus - counts.length),
  });
}

function isCount(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,20}$/.test(word);
}

interface InterruptLine extends Pick<Interrupt, 'name' | 'counts'> {
  readonly isNumbered: boolean;
  /** Words of the text after the counts. */
  readonly words: readonly string[];
}

function describe({ name, counts, isNumbered, words }: InterruptLine): Interrupt {
  if (!isNumbered) return { name, info: words.join(' '), devices: '', counts };
  const [info = '', ...devices] = words;
  return { name, info, devices: devices.join(' '), counts };
}
