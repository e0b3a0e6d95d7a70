/** The limits that protect the exporter, by the name that the metric and the log use. */
export const LIMITS = [
  'connections',
  'requests_ahead',
  'response_time',
  'unsent_bytes',
  'scrapes',
  'text_file_bytes',
  'text_file_links',
] as const;

export type Limit = (typeof LIMITS)[number];

/** Called each time that a limit rejects a request, closes a connection, or leaves out a file. */
export type OnLimit = (limit: Limit) => void;

/** Counts for each limit how often it was exceeded since the start. */
export class LimitCounter {
  readonly #counts = new Map<Limit, number>(LIMITS.map((limit) => [limit, 0]));

  readonly count: OnLimit = (limit) => {
    this.#counts.set(limit, (this.#counts.get(limit) ?? 0) + 1);
  };

  /** Counts of all limits, in the order of {@link LIMITS}. */
  get counts(): ReadonlyMap<Limit, number> {
    return this.#counts;
  }
}
