import { quote, requireContent, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

/** Number of columns: IP address, hardware type, flags, hardware address, mask and device. */
const COLUMNS = 6;
const HEADINGS = 'IP address ';

/**
 * Parses `/proc/net/arp`. The file contains a line of headings, then one line per neighbour.
 *
 *     IP address       HW type     Flags       HW address            Mask     Device
 *     10.0.0.1         0x1         0x2         52:54:00:12:35:02     *        eth0
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 *
 * @returns the number of neighbours by device
 */
export function parseArp(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  // The kernel prints the headings even if the table is empty.
  requireContent(text, 'headings');
  const entries = new Map<string, number>();
  for (const device of parseRows(splitLines(text), parseDevice, report)) {
    entries.set(device, (entries.get(device) ?? 0) + 1);
  }
  return entries;
}

function parseDevice(line: string): string | undefined {
  if (line.startsWith(HEADINGS)) return undefined;
  const words = splitWords(line);
  const device = words[COLUMNS - 1];
  if (device === undefined || words.length > COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return device;
}
