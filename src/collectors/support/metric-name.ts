/**
 * Converts a text from the kernel or a flag to a part of a metric name, as node_exporter does: `package-0-die-1` becomes
 * `package_0_die_1`.
 */
export function toMetricNamePart(text: string): string {
  // The look-behind limits the attempts to one for each run of underscores, so that the time is linear.
  return text.replaceAll(/(?:(?<!_)_+)?[^0-9A-Za-z_]+_*/g, '_');
}
