import { NODE } from './variables.ts';

/**
 * Returns a query for the per-second rate of a counter on the selected node. The matchers limit the series:
 * `device!="lo"`.
 */
export function rate(counter: string, ...matchers: readonly string[]): string {
  return `rate(${counter}{${[NODE, ...matchers].join(', ')}}[$__rate_interval])`;
}

/** Returns a query for the sums of {@link rate}, one sum for each value of a label. */
export function sumOfRates(label: string, counter: string, ...matchers: readonly string[]): string {
  return `sum by (${label}) (${rate(counter, ...matchers)})`;
}
