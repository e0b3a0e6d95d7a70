import { parseUnsigned } from './lines.ts';

/**
 * A frequency in kHz in `/sys/devices/system/cpu/cpuN/cpufreq`: `1699981`. A driver that cannot tell prints `<unknown>`.
 * https://docs.kernel.org/admin-guide/pm/cpufreq.html
 */
export function parseFrequency(text: string): number | undefined {
  const kilohertz = text.trim();
  return kilohertz === '<unknown>' ? undefined : parseUnsigned(kilohertz);
}
