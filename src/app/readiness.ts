/**
 * The state that `/-/ready` reports. The exporter is ready from the first success of a collector until the exporter stops.
 */
export class Readiness {
  #state: 'starting' | 'failing' | 'ready' | 'stopping' = 'starting';

  /** Reason why the exporter is not ready; `undefined` if the exporter is ready. */
  get reason(): string | undefined {
    return REASONS[this.#state];
  }

  /** True if a pass has ended, but no collector has succeeded yet. */
  get isFailing(): boolean {
    return this.#state === 'failing';
  }

  markReady(): void {
    if (this.#state !== 'stopping') this.#state = 'ready';
  }

  endFirstPass(): void {
    if (this.#state === 'starting') this.#state = 'failing';
  }

  markStopping(): void {
    this.#state = 'stopping';
  }
}

const REASONS = {
  starting: 'The first pass has not ended',
  failing: 'No collector has succeeded',
  ready: undefined,
  stopping: 'Shutting down',
} as const;
