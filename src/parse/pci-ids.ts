import { splitLines } from './lines.ts';

/**
 * Parses `/usr/share/misc/pci.ids`, which contains the names of 35,000 PCI vendors, devices and classes. Tabs at the
 * start of a line show its level:
 *
 *     8086  Intel Corporation
 *     <tab>1521  I350 Gigabit Network Connection
 *     <tab><tab>8086 00a3  Ethernet Network Adapter I350-T4 for OCP NIC 3.0
 *     C 06  Bridge
 *     <tab>04  PCI bridge
 *     <tab><tab>00  Normal decode
 *
 * https://pci-ids.ucw.cz/
 *
 * @param wanted keys of the requested names: `8086`, `8086:1521`, `8086:1521:8086:00a3`, `C06`, `C0604`, `C060400`
 * @returns names by key; a key that the file does not contain is left out
 */
export function parsePciIds(text: string, wanted: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const path: string[] = [];
  for (const line of splitLines(text)) {
    const [, tabs, id, name] = /^(\t{0,2})((?:C )?[0-9a-f]{2,4}(?: [0-9a-f]{4})?) {2}(.*)$/.exec(line) ?? [];
    if (tabs === undefined || id === undefined || name === undefined) continue;
    path.length = tabs.length;
    path.push(id);
    const key = keyOf(path);
    if (wanted.has(key)) names.set(key, name.trim());
  }
  return names;
}

function keyOf(path: readonly string[]): string {
  const isClass = path[0]?.startsWith('C ') ?? false;
  return isClass ? path.join('').replace(' ', '') : path.join(':').replace(' ', ':');
}
