import { linesOf, parseDecimal, quote, wordsOf } from './lines.ts';

/** By protocol and field: `TcpExt_ListenDrops`. */
export type NetstatFields = ReadonlyMap<string, number>;

/**
 * `/proc/net/netstat` and `/proc/net/snmp`: lines in pairs, the names of a protocol's fields and below them the values.
 *
 *     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens …
 *     Tcp: 1 200 120000 -1 5512 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseNetstat(text: string): NetstatFields {
  const fields = new Map<string, number>();
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index += 2) addPair(fields, lines[index] ?? '', lines[index + 1] ?? '');
  return fields;
}

function addPair(fields: Map<string, number>, namesLine: string, valuesLine: string): void {
  const [protocol = '', ...names] = wordsOf(namesLine);
  const [sameProtocol, ...values] = wordsOf(valuesLine);
  if (!protocol.endsWith(':') || sameProtocol !== protocol)
    throw new SyntaxError(`unexpected line ${quote(namesLine)}`);
  if (values.length !== names.length) {
    throw new SyntaxError(`expected ${names.length} numbers in ${quote(valuesLine)}`);
  }
  const prefix = `${protocol.slice(0, -1)}_`;
  for (const [index, name] of names.entries()) fields.set(prefix + name, parseDecimal(values[index] ?? ''));
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
