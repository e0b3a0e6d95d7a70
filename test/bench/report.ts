/** The value below which a share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function print(what: string, value: number, unit: string, note = ''): void {
  console.log(`${what.padEnd(52)} ${value.toFixed(2).padStart(10)} ${unit}${note === '' ? '' : `   ${note}`}`);
}
