import { join } from 'node:path';
import type { TimeZone } from '../formats/posix-tz.ts';
import { parseTzif } from '../formats/tzif.ts';
import { readSmallFile } from './read-small-file.ts';

export type { TimeZone } from '../formats/posix-tz.ts';

/** Directories in which distributions install compiled zones. */
const DIRECTORIES = ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'];

/** Maximum size of a zone file in bytes. The largest zone file of tzdata has 4 kB. */
const MAX_ZONE_BYTES = 256 * 1024;

const UTC: TimeZone = () => ({ abbreviation: 'UTC', offset: 0 });

/**
 * Returns the time zone of this process by the rules of node_exporter. If `TZ` is set, the zone is the zone file that `TZ`
 * names. If `TZ` is not set, the zone is `/etc/localtime`. If `TZ` is empty or the file cannot be read, the zone is UTC.
 * Like node_exporter, this function does not support POSIX rules in `TZ`.
 *
 * @param name value of the variable `TZ`
 */
export function readTimeZone(name: string | undefined): TimeZone {
  for (const file of zoneFiles(name)) {
    try {
      return parseTzif(readSmallFile(file, MAX_ZONE_BYTES));
    } catch {
      // The file is absent or invalid. In an image without tzdata, no zone file exists, and programs use UTC.
    }
  }
  return UTC;
}

function zoneFiles(name: string | undefined): readonly string[] {
  if (name === undefined) return ['/etc/localtime'];
  const zone = name.replace(/^:/, '');
  if (zone === '' || zone === 'UTC') return [];
  return zone.startsWith('/') ? [zone] : DIRECTORIES.map((directory) => join(directory, zone));
}
