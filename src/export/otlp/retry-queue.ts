/**
 * What waits for the Collector, and the one place that tries again: oldest first, one at a time, each reading with the
 * time at which it was read.
 */
import { setTimeout } from 'node:timers/promises';
import type { PushMetrics } from '../../self/push-metrics.ts';
import { type Log, RepeatFilter } from '../../util/log.ts';
import type { ExportResponse, Transport } from './transport.ts';

/** Whatever the number of readings, no more memory than that. */
const MOST_BYTES = 64 * 1024 * 1024;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A pause is cut by up to this share, so that hosts that lost their Collector together do not come back together. */
const JITTER = 0.5;
/** Of those that the Collector asks for; it may ask for none. */
const ASKED_PAUSE_MS = { min: 500, max: 3_600_000 };

/** One reading, as it is sent. */
export interface Item {
  readonly body: Uint8Array;
  readonly points: number;
}

export interface RetryQueueOptions {
  readonly wire: Pick<Transport, 'address' | 'send'>;
  /** Readings. */
  readonly size: number;
  readonly pushes: Pick<PushMetrics, 'countExport' | 'countDroppedPoints' | 'setQueueLength'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** From 0 to 1; for tests. */
  readonly random?: () => number;
  /** Comes after some milliseconds, or when it is called off; for tests. */
  readonly pause?: (milliseconds: number, off: AbortSignal) => Promise<void>;
}

export class RetryQueue {
  readonly #options: RetryQueueOptions;
  readonly #repeats = new RepeatFilter();
  readonly #waiting: Item[] = [];
  readonly #stopping = new AbortController();
  #bytes = 0;
  #sending: Item | undefined;
  #run: Promise<void> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  /** Why the last try came to nothing: said once, and that it is over too. */
  #trouble: string | undefined;

  constructor(options: RetryQueueOptions) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#bytes += item.body.length;
    this.#trim();
    this.#run ??= this.#sendAll();
  }

  /** Ends the pause, tries what waits at once, and says what is left of it when that fails or the time is over. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort();
    const late = new AbortController();
    await Promise.race([this.#sendLast(), pause(patienceMs, late.signal)]);
    late.abort();
    const left = this.#waiting.length + (this.#sending === undefined ? 0 : 1);
    if (left > 0) this.#options.log.warn(`Ending with ${count(left)} that ${this.#options.wire.address} did not get`);
  }

  async #sendLast(): Promise<void> {
    await this.#run;
    // What was under way when it had to stop may have been tried long ago: once more.
    if (this.#waiting.length > 0) await this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    let isGoingOn = true;
    while (isGoingOn) {
      const item = this.#take();
      if (item === undefined) break;
      const answer = await this.#options.wire.send(item.body);
      this.#sending = undefined;
      isGoingOn = answer.kind === 'later' ? await this.#putBack(item, answer) : this.#settle(item, answer);
    }
    this.#run = undefined;
  }

  #take(): Item | undefined {
    const item = this.#waiting.shift();
    this.#sending = item;
    this.#bytes -= item?.body.length ?? 0;
    this.#options.pushes.setQueueLength(this.#waiting.length);
    return item;
  }

  /** @returns whether to go on */
  async #putBack(item: Item, answer: ExportResponse & { kind: 'later' }): Promise<boolean> {
    const { pushes, log, wire, size, random = Math.random } = this.#options;
    this.#waiting.unshift(item);
    this.#bytes += item.body.length;
    this.#trim();
    pushes.countExport('retry');
    if (this.#trouble === undefined) {
      this.#trouble = answer.reason;
      log.warn(`Cannot push to ${wire.address}: ${answer.reason}; keeping up to ${count(size)} until it can`);
    }
    if (this.#stopping.signal.aborted) return false;
    const own = this.#pauseMs * (1 - JITTER * random());
    if (answer.afterMs === undefined) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    await (this.#options.pause ?? pause)(asked(answer.afterMs) ?? own, this.#stopping.signal);
    return true;
  }

  #settle({ points }: Item, answer: ExportResponse & { kind: 'taken' | 'never' }): boolean {
    const { pushes, log, wire } = this.#options;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (answer.kind === 'never') {
      pushes.countExport('failure');
      pushes.countDroppedPoints(points);
      if (this.#trouble !== answer.reason) {
        this.#trouble = answer.reason;
        log.error(`Cannot push to ${wire.address}: ${answer.reason}; what it refuses is dropped`);
      }
      return true;
    }
    pushes.countExport('success');
    if (this.#trouble !== undefined) {
      this.#trouble = undefined;
      log.info(`Pushing to ${wire.address} again: ${count(this.#waiting.length)} to catch up on`);
    }
    this.#tellPartial(answer);
    return true;
  }

  #tellPartial({ rejected, message }: ExportResponse & { kind: 'taken' }): void {
    const { pushes, log, wire } = this.#options;
    pushes.countDroppedPoints(rejected);
    if (rejected === 0 && message === '') return;
    const said = `${wire.address} rejected ${rejected} data points: ${JSON.stringify(message)}`;
    if (this.#repeats.isDue(message)) log.warn(said);
  }

  #trim(): void {
    const { size, pushes } = this.#options;
    while (this.#waiting.length > size || (this.#waiting.length > 1 && this.#bytes > MOST_BYTES)) {
      const oldest = this.#waiting.shift();
      this.#bytes -= oldest?.body.length ?? 0;
      pushes.countDroppedPoints(oldest?.points ?? 0);
    }
    pushes.setQueueLength(this.#waiting.length);
  }
}

function asked(afterMs: number | undefined): number | undefined {
  if (afterMs === undefined) return undefined;
  return Math.min(Math.max(afterMs, ASKED_PAUSE_MS.min), ASKED_PAUSE_MS.max);
}

function count(readings: number): string {
  return readings === 1 ? '1 reading' : `${readings} readings`;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // Called off, it is over.
  await setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
