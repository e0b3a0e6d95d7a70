import { parseAt } from '../../src/host/errors.ts';
import type { ReportProblem } from '../../src/parse/rows.ts';

/** Code that gets mutated inputs. */
export interface FuzzTarget {
  /** Valid inputs. The fuzzer mutates them. In an input of bytes, each character is one byte. */
  readonly corpus: readonly string[];
  /**
   * Handles an input. If the result resembles no earlier result, the fuzzer adds the input to the corpus.
   *
   * @throws {SyntaxError} or {RangeError} or one of `errors` for an invalid input; every other error is a fault
   */
  run(input: string): unknown;
  readonly errors?: readonly (abstract new (...args: never) => Error)[];
  /** CPU time that an input of 1 MiB may take, in milliseconds. Default: 10. */
  readonly maxMs?: number;
}

export type FuzzTargets = Readonly<Record<string, FuzzTarget>>;

/** Returns the target for a parser that reports malformed rows. Calls the parser as the reads of a collector do. */
export function rows(corpus: readonly string[], parse: (text: string, report: ReportProblem) => unknown): FuzzTarget {
  return {
    corpus,
    run(text) {
      const problems: Error[] = [];
      const value = parseAt('file', text, parse, (problem) => problems.push(problem));
      return { value, problems };
    },
  };
}

/** Returns the target for a parser of a short text. */
export function text(corpus: readonly string[], run: (text: string) => unknown): FuzzTarget {
  return { corpus, run };
}

/** Returns the target for a decoder of bytes. */
export function bytes(corpus: readonly Buffer[], run: (bytes: Buffer) => unknown): FuzzTarget {
  return {
    corpus: corpus.map((valid) => valid.toString('latin1')),
    run: (input) => run(Buffer.from(input, 'latin1')),
  };
}
