import { memoize } from '../util/memoize.ts';
import { decimalIn, eachLine, eachWord, endOfWord, quote, skipBlanks, wordsOf } from './lines.ts';

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
  /** By pair of lines. */
  const known: Names[] = [];
  const namesAt = (pair: number, text: string, start: number, end: number): Names => {
    const last = known[pair];
    if (last !== undefined && last.line.length === end - start && text.startsWith(last.line, start)) return last;
    const names = readNames(text.slice(start, end), isWanted);
    if (pair < MOST_KNOWN) known[pair] = names;
    return names;
  };
  return (text) => {
    const fields = new Map<string, number>();
    let pair = 0;
    let names: Names | undefined;
    eachLine(text, (start, end) => {
      if (names === undefined) names = namesAt(pair, text, start, end);
      else {
        addValues(fields, names, text, { start, end });
        names = undefined;
        pair += 1;
      }
    });
    if (names !== undefined) throw new SyntaxError(`unexpected line ${quote(names.line)}`);
    return fields;
  };
}

/** A kernel has a dozen lines of names. */
const MOST_KNOWN = 100;

interface Names {
  readonly line: string;
  readonly protocol: string;
  /** By column; `undefined` where one is not wanted. */
  readonly fields: readonly (string | undefined)[];
}

function readNames(line: string, isWanted: (field: string) => boolean): Names {
  const [protocol = '', ...names] = wordsOf(line);
  if (!protocol.endsWith(':')) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const prefix = `${protocol.slice(0, -1)}_`;
  const fields = names.map((name) => (isWanted(prefix + name) ? prefix + name : undefined));
  return { line, protocol, fields };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function addValues(values: Map<string, number>, { line, protocol, fields }: Names, text: string, range: Range): void {
  const { start, end } = range;
  const first = start + protocol.length;
  if (!text.startsWith(protocol, start) || first > end) throw new SyntaxError(`unexpected line ${quote(line)}`);
  let column = 0;
  const visit = (wordStart: number, wordEnd: number): void => {
    const field = fields[column];
    column += 1;
    if (field !== undefined) values.set(field, decimalIn(text, wordStart, wordEnd));
  };
  eachWord(text, visit, first, end);
  if (column !== fields.length) {
    throw new SyntaxError(`expected ${fields.length} numbers in ${quote(text.slice(start, end))}`);
  }
}

/**
 * `/proc/net/snmp6`: a field on each line. Its protocol ends with the first 6; fields without one have no protocol
 * and are skipped.
 *
 *     Ip6InReceives                    4012
 *     Udp6InDatagrams                  117
 */
export function createSnmp6Parser(isWanted: (field: string) => boolean): (text: string) => NetstatFields {
  const fieldOf = memoize((name) => {
    const protocolLength = name.indexOf('6') + 1;
    const field = `${name.slice(0, protocolLength)}_${name.slice(protocolLength)}`;
    return protocolLength > 0 && isWanted(field) ? field : NOT_WANTED;
  });
  return (text) => {
    const fields = new Map<string, number>();
    eachLine(text, (lineStart, end) => {
      const start = skipBlanks(text, lineStart);
      const nameEnd = endOfWord(text, start);
      const value = skipBlanks(text, nameEnd);
      if (value >= end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
      const field = fieldOf(text.slice(start, nameEnd));
      if (field !== NOT_WANTED) fields.set(field, decimalIn(text, value, endOfWord(text, value)));
    });
    return fields;
  };
}

/** No field is called so. */
const NOT_WANTED = '';
