/**
 * A text of the kernel's or of a user's as a part of a metric's name, spelled as node_exporter does:
 * `package-0-die-1` becomes `package_0_die_1`.
 */
export function toMetricNamePart(text: string): string {
  return text.replaceAll(/_*[^0-9A-Za-z_]+_*/g, '_');
}
