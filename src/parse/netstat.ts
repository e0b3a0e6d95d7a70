import { linesOf, parseDecimal, quote, wordsOf } from './lines.ts';

/** By protocol and field: `TcpExt_ListenDrops`. */
export type NetstatFields = ReadonlyMap<string, number>;

/**
 * `/proc/net/netstat` and `/proc/net/snmp`: lines in pairs, the names of a protocol's fields and below them the values.
 *
 *     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens …
 *     Tcp: 1 200 120000 -1 5512 …
 *
 * Hundreds of fields have the same names in every pass, and few of them are wanted: the names are read once.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function createNetstatParser(isWanted: (field: string) => boolean): (text: string) => NetstatFields {
  /** By line of names. */
  const known = new Map<string, Names>();
  const namesIn = (line: string): Names => {
    let names = known.get(line);
    if (names === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      names = readNames(line, isWanted);
      known.set(line, names);
    }
    return names;
  };
  return (text) => {
    const fields = new Map<string, number>();
    const lines = linesOf(text);
    for (let index = 0; index < lines.length; index += 2) {
      addValues(fields, namesIn(lines[index] ?? ''), lines[index + 1] ?? '');
    }
    return fields;
  };
}

/** A kernel has a dozen lines of names. */
const MOST_KNOWN = 100;

interface Names {
  readonly line: string;
  readonly protocol: string;
  readonly count: number;
  readonly wanted: readonly (readonly [field: string, column: number])[];
}

function readNames(line: string, isWanted: (field: string) => boolean): Names {
  const [protocol = '', ...names] = wordsOf(line);
  if (!protocol.endsWith(':')) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const prefix = `${protocol.slice(0, -1)}_`;
  const columns = names.map((name, index) => [prefix + name, index + 1] as const);
  return { line, protocol, count: names.length, wanted: columns.filter(([field]) => isWanted(field)) };
}

function addValues(fields: Map<string, number>, { line, protocol, count, wanted }: Names, valuesLine: string): void {
  const values = wordsOf(valuesLine);
  if (values[0] !== protocol) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (values.length !== count + 1) throw new SyntaxError(`expected ${count} numbers in ${quote(valuesLine)}`);
  for (const [field, column] of wanted) fields.set(field, parseDecimal(values[column] ?? ''));
}

/**
 * `/proc/net/snmp6`: a field on each line. Its protocol ends with the first 6; fields without one have no protocol
 * and are skipped.
 *
 *     Ip6InReceives                    4012
 *     Udp6InDatagrams                  117
 */
export function parseSnmp6(text: string): NetstatFields {
  const fields = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [name = '', value] = wordsOf(line);
    if (value === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    const protocolLength = name.indexOf('6') + 1;
    if (protocolLength === 0) continue;
    fields.set(`${name.slice(0, protocolLength)}_${name.slice(protocolLength)}`, parseDecimal(value));
  }
  return fields;
}
