/** The limits that protect the exporter, by the name that the metric and the log use. */
export const LIMITS = [
  'connections',
  'requests_ahead',
  'response_time',
  'unsent_bytes',
  'scrapes',
  'request_rate',
  'password_checks',
  'text_file_bytes',
  'text_file_links',
  'label_bytes',
  'containers',
] as const;

export type Limit = (typeof LIMITS)[number];

/**
 * Called each time that a limit rejects a request, closes a connection, cuts label values, or leaves out files or containers.
 *
 * @param count number of things that exceed the limit. Default: 1.
 */
export type OnLimit = (limit: Limit, count?: number) => void;

/** Counts for each limit how often it was exceeded since the start. */
export class LimitCounter {
  readonly #counts = new Map<Limit, number>(LIMITS.map((limit) => [limit, 0]));
  readonly #onFirst: (limit: Limit) => void;

  /** @param onFirst called when a limit is exceeded for the first time */
  constructor(onFirst: (limit: Limit) => void = () => undefined) {
    this.#onFirst = onFirst;
  }

  readonly count: OnLimit = (limit, count = 1) => {
    const before = this.#counts.get(limit) ?? 0;
    this.#counts.set(limit, before + count);
    if (before === 0 && count > 0) this.#onFirst(limit);
  };

  /** Counts of all limits, in the order of {@link LIMITS}. */
  get counts(): ReadonlyMap<Limit, number> {
    return this.#counts;
  }
}
