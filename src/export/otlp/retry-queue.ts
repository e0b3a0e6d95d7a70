import { setTimeout } from 'node:timers/promises';
import type { PushMetrics } from '../../self/push-metrics.ts';
import { type Log, RepeatFilter } from '../../util/log.ts';
import type { ExportResponse, Transport } from './transport.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;
/** Maximum share by which a pause is randomly shortened, so that many hosts do not retry at the same time. */
const JITTER = 0.5;
/** Limits of the pause that a Collector requests. */
const REQUESTED_PAUSE_MS = { min: 500, max: 3_600_000 };

/** A push that waits to be sent. */
export interface QueuedPush {
  readonly body: Uint8Array;
  /** Number of data points in the body. */
  readonly points: number;
  /** Called once if the push is dropped without being delivered. */
  readonly onLost: () => void;
}

export interface RetryQueueOptions {
  readonly transport: Pick<Transport, 'address' | 'send'>;
  /** Maximum number of pushes in the queue. */
  readonly size: number;
  readonly pushMetrics: Pick<PushMetrics, 'countExport' | 'countDroppedPoints' | 'setQueueLength'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Returns a random number from 0 to 1. Tests replace this function. */
  readonly random?: () => number;
  /** Waits for a time. The wait ends early if the signal is aborted. Tests replace this function. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Sends pushes one at a time, oldest first, and sends a failed push again. A full queue drops the oldest push. */
export class RetryQueue {
  readonly #options: RetryQueueOptions;
  readonly #repeats = new RepeatFilter();
  readonly #waiting: QueuedPush[] = [];
  readonly #stopping = new AbortController();
  #bytes = 0;
  #sending: QueuedPush | undefined;
  #run: Promise<void> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  /** Reason of the last failure that was logged; `undefined` after a success. */
  #failure: string | undefined;

  constructor(options: RetryQueueOptions) {
    this.#options = options;
  }

  add(push: QueuedPush): void {
    this.#waiting.push(push);
    this.#bytes += push.body.length;
    this.#trim();
    this.#run ??= this.#sendAll();
  }

  /**
   * Ends a running pause, and tries once more to send the queued pushes. Logs the number of pushes that are not delivered
   * within `timeoutMs`.
   */
  async stop(timeoutMs: number): Promise<void> {
    const { log, transport } = this.#options;
    this.#stopping.abort();
    const timeout = new AbortController();
    await Promise.race([this.#sendLast(), pause(timeoutMs, timeout.signal)]);
    timeout.abort();
    const lost = this.#waiting.length + (this.#sending === undefined ? 0 : 1);
    if (lost > 0) log.warn(`Stopping with ${count(lost)} not delivered to ${transport.address}`);
  }

  async #sendLast(): Promise<void> {
    await this.#run;
    // Pushes are still queued if the last attempt failed. The attempt may have started long before the call of stop(), so
    // the queue sends the pushes once more.
    if (this.#waiting.length > 0) await this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    let continues = true;
    while (continues) {
      const push = this.#take();
      if (push === undefined) break;
      const response = await this.#options.transport.send(push.body);
      this.#sending = undefined;
      if (response.status === 'retryable') continues = await this.#retry(push, response);
      else this.#settle(push, response);
    }
    this.#run = undefined;
  }

  #take(): QueuedPush | undefined {
    const push = this.#waiting.shift();
    this.#sending = push;
    this.#bytes -= push?.body.length ?? 0;
    this.#options.pushMetrics.setQueueLength(this.#waiting.length);
    return push;
  }

  /** Puts a push back into the queue and pauses. @returns false if the queue is stopping */
  async #retry(push: QueuedPush, response: ExportResponse & { status: 'retryable' }): Promise<boolean> {
    const { pushMetrics, log, transport, size, random = Math.random } = this.#options;
    this.#waiting.unshift(push);
    this.#bytes += push.body.length;
    this.#trim();
    pushMetrics.countExport('retry');
    if (this.#failure === undefined) {
      this.#failure = response.reason;
      log.warn(`Cannot push to ${transport.address}: ${response.reason}; up to ${count(size)} wait for a retry`);
    }
    if (this.#stopping.signal.aborted) return false;
    const backoffMs = this.#pauseMs * (1 - JITTER * random());
    if (response.retryInMillis === undefined) this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
    await (this.#options.pause ?? pause)(requestedPause(response) ?? backoffMs, this.#stopping.signal);
    return true;
  }

  #settle({ points, onLost }: QueuedPush, response: ExportResponse & { status: 'success' | 'failure' }): void {
    const { pushMetrics, log, transport } = this.#options;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (response.status === 'failure') {
      pushMetrics.countExport('failure');
      pushMetrics.countDroppedPoints(points);
      onLost();
      if (this.#failure !== response.reason) {
        this.#failure = response.reason;
        log.error(`Cannot push to ${transport.address}: ${response.reason}; rejected pushes are dropped`);
      }
      return;
    }
    pushMetrics.countExport('success');
    if (this.#failure !== undefined) {
      this.#failure = undefined;
      log.info(`Pushing to ${transport.address} again: ${count(this.#waiting.length)} still queued`);
    }
    this.#countRejected(response, points);
  }

  #countRejected({ rejected: reported, message }: ExportResponse & { status: 'success' }, points: number): void {
    const { pushMetrics, log, transport } = this.#options;
    // A number above the number of points in the push comes from a damaged response.
    const rejected = Math.min(reported, points);
    pushMetrics.countDroppedPoints(rejected);
    if ((rejected > 0 || message !== '') && this.#repeats.isDue(message)) {
      log.warn(`Collector ${transport.address} rejected ${rejected} data points: ${JSON.stringify(message)}`);
    }
  }

  #trim(): void {
    const { size, pushMetrics } = this.#options;
    while (this.#waiting.length > size || (this.#waiting.length > 1 && this.#bytes > MAX_BYTES)) {
      const oldest = this.#waiting.shift();
      this.#bytes -= oldest?.body.length ?? 0;
      pushMetrics.countDroppedPoints(oldest?.points ?? 0);
      oldest?.onLost();
    }
    pushMetrics.setQueueLength(this.#waiting.length);
  }
}

function requestedPause({ retryInMillis }: ExportResponse & { status: 'retryable' }): number | undefined {
  if (retryInMillis === undefined) return undefined;
  return Math.min(Math.max(retryInMillis, REQUESTED_PAUSE_MS.min), REQUESTED_PAUSE_MS.max);
}

function count(pushes: number): string {
  return pushes === 1 ? '1 push' : `${pushes} pushes`;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // If the signal is aborted, the promise rejects, and the pause ends.
  await setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
