import type { Limit } from '../util/limit-counter.ts';
import type { Log } from '../util/log.ts';

/** Limits whose effect on the metrics is worth a warning. */
const WARNINGS: Partial<Record<Limit, string>> = {
  label_bytes: 'Cutting label values that are longer than --metrics.max-label-bytes',
  containers: 'Leaving out containers, because the host has more than --containers.max',
};

/** Returns a function that logs a warning if a limit changes what the metrics contain. */
export function limitWarnings(log: Log): (limit: Limit) => void {
  return (limit) => {
    const warning = WARNINGS[limit];
    if (warning !== undefined) log.warn({ limit }, warning);
  };
}
