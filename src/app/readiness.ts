/** Whether the exporter has something to say, and why not. */
export class Readiness {
  #state: 'starting' | 'failing' | 'ready' | 'stopping' = 'starting';

  /** Why it is not ready; `undefined` when it is. */
  get reason(): string | undefined {
    return REASONS[this.#state];
  }

  /** A collector has succeeded. */
  become(): void {
    if (this.#state !== 'stopping') this.#state = 'ready';
  }

  endFirstPass(): void {
    if (this.#state === 'starting') this.#state = 'failing';
  }

  stop(): void {
    this.#state = 'stopping';
  }
}

const REASONS = {
  starting: 'The first pass has not ended',
  failing: 'No collector has succeeded',
  ready: undefined,
  stopping: 'Shutting down',
} as const;
