import { createRandom } from '../support/random.ts';
import { mutate } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Called before each input with its index. */
  readonly onInput?: (index: number) => void;
}

/** An input that a target cannot handle, or handles too slowly. */
export interface FuzzFault {
  readonly index: number;
  readonly input: string;
  readonly reason: string;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Number of inputs that the fuzzer added to the corpus. */
  readonly added: number;
  /** CPU time of the slowest input in milliseconds, and the length of the input. */
  readonly slowestMs: number;
  readonly slowestLength: number;
  readonly faults: readonly FuzzFault[];
}

const MIB = 2 ** 20;
const MAX_MS_PER_MIB = 10;
/** Number of faults after which the fuzzer stops. */
const MAX_FAULTS = 3;
const MAX_ADDED = 500;
/** Number of measurements of an input that seems slow. The shortest one counts, so that a garbage collection does not. */
const MEASUREMENTS = 4;

/**
 * Runs a target with mutated inputs. Equal seeds and numbers of inputs result in equal inputs. An input whose result has a
 * new shape is added to the corpus, so that later inputs go further from the valid ones.
 */
export async function fuzz(target: FuzzTarget, { inputs, seed, onInput }: FuzzOptions): Promise<FuzzResult> {
  const random = createRandom(seed);
  const corpus = [...target.corpus];
  const shapes = new Set<string>();
  const faults: FuzzFault[] = [];
  const errors = [SyntaxError, RangeError, ...(target.errors ?? [])];
  const startedAt = performance.now();
  let [done, bytes, slowestMs, slowestLength] = [0, 0, 0, 0];
  for (let index = 0; index < inputs && faults.length < MAX_FAULTS; index += 1) {
    const input = index < target.corpus.length ? (corpus[index] ?? '') : mutate(corpus, random);
    onInput?.(index);
    const before = performance.now();
    const { outcome, error } = await runOnce(target, input);
    const wallMs = performance.now() - before;
    done += 1;
    bytes += input.length;
    if (error !== undefined && !errors.some((expected) => error instanceof expected)) {
      faults.push({ index, input, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (wallMs > slowestMs) {
      const ms = await measure(target, input);
      if (ms > slowestMs) [slowestMs, slowestLength] = [ms, input.length];
      if (ms > limitOf(target, input)) faults.push({ index, input, reason: `takes ${ms.toFixed(1)} ms` });
    }
    const shape = shapeOf(error ?? outcome);
    if (!shapes.has(shape) && shapes.size < MAX_ADDED) {
      shapes.add(shape);
      if (index >= target.corpus.length) corpus.push(input);
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    inputs: done,
    bytes,
    seconds,
    added: corpus.length - target.corpus.length,
    slowestMs,
    slowestLength,
    faults,
  };
}

/** Returns the time that an input may take. An input of less than 1 MiB may take as long as one of 1 MiB. */
function limitOf({ maxMs = MAX_MS_PER_MIB }: FuzzTarget, input: string): number {
  return maxMs * Math.max(1, input.length / MIB);
}

async function runOnce({ run }: FuzzTarget, input: string): Promise<{ outcome?: unknown; error?: unknown }> {
  try {
    const outcome = run(input);
    return { outcome: outcome instanceof Promise ? await outcome : outcome };
  } catch (error) {
    return { error };
  }
}

async function measure(target: FuzzTarget, input: string): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MEASUREMENTS; count += 1) {
    const before = process.threadCpuUsage();
    await runOnce(target, input);
    const { user, system } = process.threadCpuUsage(before);
    shortest = Math.min(shortest, (user + system) / 1000);
    if (shortest < limitOf(target, input)) break;
  }
  return shortest;
}

/** Returns a text that is equal for similar results: the same error apart from quoted texts, or a list of similar length. */
function shapeOf(outcome: unknown, depth = 0): string {
  if (outcome instanceof Error) return outcome.name + outcome.message.replaceAll(/"(?:\\.|[^"\\])*"|\d+/g, '');
  if (outcome instanceof Map || outcome instanceof Set) return `map${lengthClass(outcome.size)}`;
  if (Array.isArray(outcome))
    return `list${lengthClass(outcome.length)}${depth < 2 ? shapeOf(outcome[0], depth + 1) : ''}`;
  if (typeof outcome === 'number') return `number${lengthClass(Math.abs(outcome))}`;
  if (typeof outcome !== 'object' || outcome === null || depth === 2) return typeof outcome;
  return Object.entries(outcome)
    .slice(0, 10)
    .map(([key, value]) => `${key}:${shapeOf(value, depth + 1)}`)
    .join();
}

function lengthClass(length: number): number {
  return Number.isFinite(length) ? Math.ceil(Math.log2(length + 1)) : -1;
}
