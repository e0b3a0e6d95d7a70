import type { RegexpNode } from './regexp-node.ts';

/** Upper bound for the number of ways in which a backtracking matcher tries to match a text. */
interface Ways {
  /**
   * Degree of the number of ways as a polynomial in the length of the text: 1 for `a*`, 2 for `a*b*`, infinite for `(a*)*`.
   */
  readonly degree: number;
  /** Binary logarithm of the factor that does not depend on the length of the text: 1 for the two ways of `a?`. */
  readonly bits: number;
}

/**
 * Maximum degree, including the search for the start of a match. With this degree, a text of 4,096 characters takes 50 ms.
 */
const MAX_DEGREE = 2;
const MAX_BITS = 12;

/**
 * Returns whether V8, which backtracks, matches an expression in at most quadratic time. Returns `false` for some expressions
 * that would be fast: the check does not compare which characters the parts match.
 */
export function isFastToBacktrack(node: RegexpNode): boolean {
  const { degree, bits } = waysOf(node);
  return degree + (startsAtStart(node) ? 0 : 1) <= MAX_DEGREE && bits <= MAX_BITS;
}

const ONE_WAY: Ways = { degree: 0, bits: 0 };

/** Source of a node that matches a single character. */
const LITERAL = /^(?:[a-zA-Z0-9]|\\u\{[0-9a-f]+\})$/;

/**
 * Returns whether a loop such as `\d+` has only one possible end, because the character after the loop does not match the
 * loop.
 */
function endsAt(node: RegexpNode, next: RegexpNode | undefined): boolean {
  if (node.kind !== 'repetition' || node.node.kind !== 'character') return false;
  if (next?.kind !== 'character' || !LITERAL.test(next.source)) return false;
  return !new RegExp(`^(?:${node.node.source})$`, 'v').test(characterOf(next.source));
}

function characterOf(literal: string): string {
  const [, hex] = /^\\u\{(.*)\}$/.exec(literal) ?? [];
  return hex === undefined ? literal : String.fromCodePoint(Number.parseInt(hex, 16));
}

function waysOf(node: RegexpNode): Ways {
  switch (node.kind) {
    case 'character':
    case 'assertion':
      return ONE_WAY;
    case 'sequence': {
      const ways = node.nodes.map((each, index) => (endsAt(each, node.nodes[index + 1]) ? ONE_WAY : waysOf(each)));
      return { degree: sum(ways.map(({ degree }) => degree)), bits: sum(ways.map(({ bits }) => bits)) };
    }
    case 'alternatives': {
      const ways = node.nodes.map(waysOf);
      return {
        degree: Math.max(...ways.map(({ degree }) => degree)),
        bits: Math.log2(ways.length) + Math.max(...ways.map(({ bits }) => bits)),
      };
    }
    case 'repetition':
      return waysToRepeat(waysOf(node.node), node);
  }
}

function waysToRepeat({ degree, bits }: Ways, { min, max }: { readonly min: number; readonly max: number }): Ways {
  if (max === Number.POSITIVE_INFINITY) {
    const isNested = degree > 0 || bits > 0;
    return { degree: isNested ? Number.POSITIVE_INFINITY : 1, bits: 0 };
  }
  return { degree: degree * max, bits: bits * max + Math.log2(max - min + 1) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Returns whether every match starts at the start of the text. */
function startsAtStart(node: RegexpNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.name === 'start';
    case 'sequence':
      return node.nodes[0] !== undefined && startsAtStart(node.nodes[0]);
    case 'alternatives':
      return node.nodes.every(startsAtStart);
    case 'character':
    case 'repetition':
      return false;
  }
}
