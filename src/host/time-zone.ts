import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TimeZone } from '../formats/posix-tz.ts';
import { parseTzif } from '../formats/tzif.ts';

export type { TimeZone } from '../formats/posix-tz.ts';

/** Where distributions keep compiled zones. */
const FOLDERS = ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'];

const UTC: TimeZone = () => ({ abbreviation: 'UTC', offset: 0 });

/**
 * The time zone of this process, as node_exporter finds its own: the file that `TZ` names, else `/etc/localtime`, and
 * UTC when there is none or nobody can read it. Rules of POSIX in `TZ` itself are not understood by either.
 *
 * @param name the variable `TZ`
 */
export function readTimeZone(name: string | undefined): TimeZone {
  for (const file of filesOf(name)) {
    try {
      return parseTzif(readFileSync(file));
    } catch {
      // Images without tzdata have none, and UTC is then the zone of every program in them.
    }
  }
  return UTC;
}

function filesOf(name: string | undefined): readonly string[] {
  if (name === undefined) return ['/etc/localtime'];
  const zone = name.replace(/^:/, '');
  if (zone === '' || zone === 'UTC') return [];
  return zone.startsWith('/') ? [zone] : FOLDERS.map((folder) => join(folder, zone));
}
