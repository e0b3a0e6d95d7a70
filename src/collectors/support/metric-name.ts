/**
 * Converts a text from the kernel or from a flag to a part of a metric name, as node_exporter does: `package-0-die-1`
 * becomes `package_0_die_1`.
 */
export function toMetricNamePart(text: string): string {
  return text.replaceAll(/_*[^0-9A-Za-z_]+_*/g, '_');
}
