import type { AssertionName, RegexpNode } from './regexp-node.ts';

/** An instruction of the program that matches an expression. `next` and `targets` are indexes of instructions. */
type Instruction =
  | { readonly kind: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly name: AssertionName }
  | { readonly kind: 'branch'; readonly targets: number[] }
  | { readonly kind: 'match' };

/**
 * A regular expression whose `test()` takes time in proportion to the length of the text, whatever the expression. It follows
 * all paths through the expression at the same time (Thompson's construction) and is slower than V8 for simple expressions.
 *
 * https://swtch.com/~rsc/regexp/regexp2.html
 */
export class LinearRegExp extends RegExp {
  readonly #program: readonly Instruction[];

  /** @param source the same expression in JavaScript's syntax with the RegExp flag `v` */
  constructor(source: string, node: RegexpNode) {
    super(source, 'v');
    this.#program = compileProgram(node);
  }

  override test(text: string): boolean {
    const characters = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    let current = new Set<number>();
    for (let position = 0; ; position += 1) {
      // A match may start at each position.
      if (this.#follow(0, { characters, position }, current)) return true;
      const character = characters[position];
      if (character === undefined) return false;
      const next = new Set<number>();
      for (const index of current) {
        const instruction = this.#program[index];
        if (instruction?.kind !== 'character' || !instruction.matches(character)) continue;
        if (this.#follow(index + 1, { characters, position: position + 1 }, next)) return true;
      }
      current = next;
    }
  }

  /**
   * Adds all instructions that can be reached from `start` without reading a character. Returns whether the match is
   * complete.
   */
  #follow(start: number, place: Place, reached: Set<number>): boolean {
    const pending = [start];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (reached.has(index)) continue;
      reached.add(index);
      const instruction = this.#program[index];
      if (instruction === undefined || instruction.kind === 'match') return true;
      if (instruction.kind === 'branch') pending.push(...instruction.targets);
      else if (instruction.kind === 'assertion' && ASSERTIONS[instruction.name](place)) pending.push(index + 1);
    }
    return false;
  }
}

/** A position in a text, before the character with the same index. */
interface Place {
  readonly characters: readonly number[];
  readonly position: number;
}

const NEWLINE = 0x0a;

const ASSERTIONS: Readonly<Record<AssertionName, (place: Place) => boolean>> = {
  start: ({ position }) => position === 0,
  end: ({ characters, position }) => position === characters.length,
  lineStart: ({ characters, position }) => position === 0 || characters[position - 1] === NEWLINE,
  lineEnd: ({ characters, position }) => position === characters.length || characters[position] === NEWLINE,
  boundary: isBoundary,
  noBoundary: (place) => !isBoundary(place),
};

function isBoundary({ characters, position }: Place): boolean {
  return isWordCharacter(characters[position - 1]) !== isWordCharacter(characters[position]);
}

function isWordCharacter(codePoint: number | undefined): boolean {
  return codePoint !== undefined && codePoint < 128 && /\w/.test(String.fromCodePoint(codePoint));
}

function compileProgram(node: RegexpNode): readonly Instruction[] {
  const program: Instruction[] = [];
  const matchers = new Map<string, (codePoint: number) => boolean>();
  addNode(program, node, matchers);
  program.push({ kind: 'match' });
  return program;
}

type Matchers = Map<string, (codePoint: number) => boolean>;

/** Appends the instructions that match a node. After the match, the instruction that is appended next is executed. */
function addNode(program: Instruction[], node: RegexpNode, matchers: Matchers): void {
  switch (node.kind) {
    case 'character': {
      const matches = matchers.get(node.source) ?? createMatcher(node.source);
      matchers.set(node.source, matches);
      program.push({ kind: 'character', matches });
      break;
    }
    case 'assertion':
      program.push(node);
      break;
    case 'sequence':
      for (const each of node.nodes) addNode(program, each, matchers);
      break;
    case 'alternatives':
      addAlternatives(program, node.nodes, matchers);
      break;
    case 'repetition':
      addRepetition(program, node, matchers);
  }
}

function addAlternatives(program: Instruction[], nodes: readonly RegexpNode[], matchers: Matchers): void {
  const starts: number[] = [];
  program.push({ kind: 'branch', targets: starts });
  const ends: number[][] = [];
  for (const node of nodes) {
    starts.push(program.length);
    addNode(program, node, matchers);
    const end: number[] = [];
    ends.push(end);
    program.push({ kind: 'branch', targets: end });
  }
  for (const end of ends) end.push(program.length);
}

function addRepetition(
  program: Instruction[],
  { node, min, max }: Extract<RegexpNode, { kind: 'repetition' }>,
  matchers: Matchers,
): void {
  for (let count = 0; count < min; count += 1) addNode(program, node, matchers);
  if (max === Number.POSITIVE_INFINITY) {
    const loop: number[] = [];
    const start = program.length;
    program.push({ kind: 'branch', targets: loop });
    loop.push(program.length);
    addNode(program, node, matchers);
    program.push({ kind: 'branch', targets: [start] });
    loop.push(program.length);
    return;
  }
  const skips: number[][] = [];
  for (let count = min; count < max; count += 1) {
    const targets = [program.length + 1];
    skips.push(targets);
    program.push({ kind: 'branch', targets });
    addNode(program, node, matchers);
  }
  for (const targets of skips) targets.push(program.length);
}

/** Maximum number of code points for which a character class caches whether it matches the code point. */
const MAX_CACHED = 1000;

function createMatcher(source: string): (codePoint: number) => boolean {
  const expression = new RegExp(`^(?:${source})$`, 'v');
  const cache = new Map<number, boolean>();
  return (codePoint) => {
    const cached = cache.get(codePoint);
    if (cached !== undefined) return cached;
    const matches = expression.test(String.fromCodePoint(codePoint));
    if (cache.size < MAX_CACHED) cache.set(codePoint, matches);
    return matches;
  };
}
