/** Returns a quantile of some values. With the fraction 0.5, it is the median. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

/** Prints one measurement: `CPU time per scrape    3.21 ms   2000 scrapes of 812 series`. */
export function printMetric(name: string, value: number, unit: string, details = ''): void {
  console.log(`${name.padEnd(60)} ${value.toFixed(2).padStart(10)} ${unit}${details === '' ? '' : `   ${details}`}`);
}

export interface Comparison {
  readonly value: number;
  readonly unit: string;
  /** Name of the program or operation with which the value is compared. */
  readonly baseline: string;
  readonly baselineValue: number;
}

/** Prints a measurement and its baseline: `CPU time per scrape    3.21 ms   node_exporter 9.44 ms   ratio 0.34`. */
export function printComparison(name: string, { value, unit, baseline, baselineValue }: Comparison): void {
  const ratio = (value / baselineValue).toFixed(2);
  printMetric(name, value, unit, `${baseline} ${baselineValue.toFixed(2)} ${unit}   ratio ${ratio}`);
}
