import { NODE } from './variables.ts';

/** Returns the query for the per-second rate of a counter of the selected node. Matchers such as `device!="lo"` restrict it. */
export function rate(counter: string, ...matchers: readonly string[]): string {
  return `rate(${counter}{${[NODE, ...matchers].join(', ')}}[$__rate_interval])`;
}

/** Like {@link rate}, summed by a label. */
export function sumOfRates(label: string, counter: string, ...matchers: readonly string[]): string {
  return `sum by (${label}) (${rate(counter, ...matchers)})`;
}
