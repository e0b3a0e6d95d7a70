import { NODE } from './variables.ts';

/** How much a counter of the chosen node grows in a second; the matchers narrow it down, such as `device!="lo"`. */
export function rate(counter: string, ...matchers: readonly string[]): string {
  return `rate(${counter}{${[NODE, ...matchers].join(', ')}}[$__rate_interval])`;
}

/** The same, added up by a label. */
export function sumOfRates(label: string, counter: string, ...matchers: readonly string[]): string {
  return `sum by (${label}) (${rate(counter, ...matchers)})`;
}
