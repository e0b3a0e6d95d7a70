/** Formats a number for the exposition format. */
export function formatNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * Formats the bound of a bucket, or a quantile, as node_exporter does: numbers from 1e+06, and numbers below 1e-04, have an
 * exponent. The text is a label value, so a different text would create a different series.
 */
export function formatBound(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (!Number.isFinite(value) || (power >= -4 && power <= 5)) return formatNumber(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
