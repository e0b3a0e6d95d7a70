import { parseUnsigned } from './lines.ts';

/**
 * Parses a frequency in kHz such as `1699981` in `/sys/devices/system/cpu/cpu<n>/cpufreq/scaling_cur_freq`. Returns
 * `undefined` for `<unknown>`. The kernel prints this text if the driver cannot read the frequency.
 *
 * https://docs.kernel.org/admin-guide/pm/cpufreq.html
 */
export function parseFrequency(text: string): number | undefined {
  const kilohertz = text.trim();
  return kilohertz === '<unknown>' ? undefined : parseUnsigned(kilohertz);
}
