import { splitLines } from './lines.ts';

const PROPERTY = 'E:';

/**
 * Parses the properties in `/run/udev/data/b<major>:<minor>`, a file of the udev database: `E:ID_MODEL=WDC_WD40EFRX`.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/udev.html
 */
export function parseUdevProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of splitLines(text)) {
    const equals = line.indexOf('=');
    if (line.startsWith(PROPERTY) && equals > 0) {
      properties.set(line.slice(PROPERTY.length, equals), line.slice(equals + 1));
    }
  }
  return properties;
}
