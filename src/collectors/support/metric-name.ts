/**
 * Returns a text of the kernel or of a user as a part of a metric name, spelled as in node_exporter:
 * `package-0-die-1` becomes `package_0_die_1`.
 */
export function toMetricNamePart(text: string): string {
  return text.replaceAll(/_*[^0-9A-Za-z_]+_*/g, '_');
}
