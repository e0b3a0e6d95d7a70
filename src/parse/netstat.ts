import { findWordEnd, forEachLine, forEachWord, parseDecimalSlice, quote, skipBlanks, splitWords } from './lines.ts';

/** Values by protocol and field: `TcpExt_ListenDrops`. */
export type NetstatFields = ReadonlyMap<string, number>;

/**
 * A parsed line of names: the protocol with its colon, and the name of the field in each column; `undefined` for a field
 * that is not wanted.
 */
export interface NetstatNames {
  readonly protocol: string;
  readonly fields: readonly (string | undefined)[];
}

/** Parses a line of names for {@link parseNetstat}: `Tcp: RtoAlgorithm RtoMin RtoMax`. */
export function parseNetstatNames(line: string, isWanted: (field: string) => boolean): NetstatNames {
  const [protocol = '', ...names] = splitWords(line);
  if (!protocol.endsWith(':') || !names.every((name) => /^[A-Za-z]/.test(name))) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  const prefix = `${protocol.slice(0, -1)}_`;
  return { protocol, fields: names.map((name) => (isWanted(prefix + name) ? prefix + name : undefined)) };
}

/**
 * Parses `/proc/net/netstat` and `/proc/net/snmp`. Each protocol has a line with the names of its fields and a line with
 * their values.
 *
 *     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens …
 *     Tcp: 1 200 120000 -1 5512 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 *
 * @param namesOf parses a line of names with {@link parseNetstatNames}. The kernel prints the same names in every pass,
 * so a memoized function is faster: 2.4 µs instead of 21 µs for 230 fields.
 */
export function parseNetstat(text: string, namesOf: (line: string) => NetstatNames): NetstatFields {
  const values = new Map<string, number>();
  let names: NetstatNames | undefined;
  forEachLine(text, (start, end) => {
    if (names === undefined) {
      names = namesOf(text.slice(start, end));
    } else {
      addValues(values, names, text, { start, end });
      names = undefined;
    }
  });
  if (names !== undefined) throw new SyntaxError(`expected values of ${quote(names.protocol)}`);
  return values;
}

interface LineRange {
  readonly start: number;
  readonly end: number;
}

function addValues(
  values: Map<string, number>,
  { protocol, fields }: NetstatNames,
  text: string,
  { start, end }: LineRange,
): void {
  const valuesStart = start + protocol.length;
  if (!text.startsWith(protocol, start) || valuesStart > end) {
    throw new SyntaxError(`expected values of ${quote(protocol)} in ${quote(text.slice(start, end))}`);
  }
  let column = 0;
  const visit = (wordStart: number, wordEnd: number): void => {
    const field = fields[column];
    column += 1;
    if (field !== undefined) values.set(field, parseDecimalSlice(text, wordStart, wordEnd));
  };
  forEachWord(text, visit, valuesStart, end);
  if (column !== fields.length) {
    throw new SyntaxError(`expected ${fields.length} numbers in ${quote(text.slice(start, end))}`);
  }
}

/**
 * Parses `/proc/net/snmp6`, one field per line. The name of the protocol ends with the first 6; a name without a 6 has no
 * protocol and is skipped.
 *
 *     Ip6InReceives                    4012
 *     Udp6InDatagrams                  117
 */
export function parseSnmp6(text: string, isWanted: (field: string) => boolean): NetstatFields {
  const values = new Map<string, number>();
  forEachLine(text, (lineStart, end) => {
    const start = skipBlanks(text, lineStart);
    const nameEnd = findWordEnd(text, start);
    const valueStart = skipBlanks(text, nameEnd);
    if (valueStart >= end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    const name = text.slice(start, nameEnd);
    const protocolLength = name.indexOf('6') + 1;
    if (protocolLength === 0) return;
    const field = `${name.slice(0, protocolLength)}_${name.slice(protocolLength)}`;
    if (isWanted(field)) values.set(field, parseDecimalSlice(text, valueStart, findWordEnd(text, valueStart)));
  });
  return values;
}
