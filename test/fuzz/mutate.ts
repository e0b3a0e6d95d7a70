import type { Random } from '../support/random.ts';

/** Maximum length of most inputs. */
const USUAL_LENGTH = 4096;
/** Maximum length of an input with many repetitions, and the number of inputs for each such input. */
const REPEATED_LENGTH = 64 * 1024;
const INPUTS_PER_REPETITION = 1500;
const MAX_MUTATIONS = 4;

/** Texts that are special in some format, or at the limit of a number type. */
const TOKENS = [
  ...['', ' ', '\t', '\n', '\r', '\0', ':', ',', ';', '=', '-', '+', '.', '/', '\\', '"', "'", '#', '%', '*', '_', '|'],
  ...['[', ']', '{', '}', '(', ')', '<', '>', '?', '^', '$', '&', '!', '@', '~', '`', '\u00ff', '\u0080', '\ud800'],
  ...['nan', 'NaN', 'inf', '+Inf', '1e999', '0x10', '-0', 'max', 'true', 'null', '__proto__', 'constructor'],
  ...['\u0663', '\u{1f4a5}', '\ufeff', '\u2028', '  ', '\n\n', '[]', '{}', '\\x41', '%41', '%', '&a', '*a', '<<'],
];
const NUMBERS = [
  ...['0', '1', '-1', '00', '007', '0.5', '1e3', '127', '255', '256', '65535', '65536', '2147483648', '4294967295'],
  ...['4294967296', '9007199254740993', '18446744073709551615', '18446744073709551616', '9'.repeat(400)],
];

/** Returns a mutated copy of an input of the corpus. */
export function mutate(corpus: readonly string[], random: Random): string {
  let input = pick(corpus, random);
  // In a part of the inputs, a few lines of the text get all mutations.
  if (input.length > 200 && random(2) === 0) input = someLines(input, random);
  for (let count = 1 + random(MAX_MUTATIONS); count > 0; count -= 1) {
    input = (MUTATIONS[random(MUTATIONS.length)] ?? flip)(input, random, corpus);
  }
  if (random(INPUTS_PER_REPETITION) === 0) return repeatPart(input, random, REPEATED_LENGTH);
  return input.length > USUAL_LENGTH ? input.slice(0, USUAL_LENGTH) : input;
}

type Mutation = (input: string, random: Random, corpus: readonly string[]) => string;

const flip: Mutation = (input, random) => {
  const at = random(input.length);
  return replace(input, at, at + 1, String.fromCharCode((input.charCodeAt(at) || 0) ^ (1 << random(8))));
};

const insertToken: Mutation = (input, random) => {
  const at = random(input.length + 1);
  return replace(input, at, at + random(3), pick(TOKENS, random));
};

const insertByte: Mutation = (input, random) => {
  const at = random(input.length + 1);
  return replace(input, at, at + random(2), String.fromCharCode(random(256)));
};

const deletePart: Mutation = (input, random) => {
  const at = random(input.length + 1);
  return replace(input, at, at + partLength(random), '');
};

const copyPart: Mutation = (input, random) => {
  const from = random(input.length + 1);
  const at = random(input.length + 1);
  return replace(input, at, at, input.slice(from, from + partLength(random)));
};

const repeatSomePart: Mutation = (input, random) => repeatPart(input, random, 1 + random(USUAL_LENGTH));

const changeNumber: Mutation = (input, random) => {
  const numbers = [...input.slice(0, USUAL_LENGTH).matchAll(/\d+/g)];
  const number = numbers[random(numbers.length)];
  if (number === undefined) return insertToken(input, random, []);
  return replace(input, number.index, number.index + number[0].length, pick(NUMBERS, random));
};

const deleteLine: Mutation = (input, random) => {
  const { start, end } = line(input, random);
  return replace(input, start, end, '');
};

const copyLine: Mutation = (input, random) => {
  const from = line(input, random);
  const { start } = line(input, random);
  return replace(input, start, start, input.slice(from.start, from.end));
};

/** Replaces the end of the input by the end of another input of the corpus. */
const splice: Mutation = (input, random, corpus) => {
  const other = pick(corpus, random);
  return input.slice(0, random(input.length + 1)) + other.slice(random(other.length + 1));
};

const MUTATIONS: readonly Mutation[] = [
  ...[flip, insertToken, insertByte, deletePart, copyPart, repeatSomePart],
  ...[changeNumber, changeNumber, deleteLine, copyLine, splice, insertToken],
];

function pick(texts: readonly string[], random: Random): string {
  return texts[random(texts.length)] ?? '';
}

function replace(input: string, start: number, end: number, inserted: string): string {
  return input.slice(0, start) + inserted + input.slice(end);
}

/** Returns a length of up to 64 characters. Short lengths are more frequent. */
function partLength(random: Random): number {
  return 1 + random(1 << random(7));
}

/** Repeats a short part of the input, until the whole text has about the given length. */
function repeatPart(input: string, random: Random, length: number): string {
  const at = random(input.length + 1);
  const part = input.slice(at, at + partLength(random)) || pick(TOKENS, random) || ' ';
  return replace(input, at, at, part.repeat(Math.ceil(length / part.length)));
}

function line(input: string, random: Random): { readonly start: number; readonly end: number } {
  const at = random(input.length + 1);
  const newline = input.indexOf('\n', at);
  return { start: input.lastIndexOf('\n', at - 1) + 1, end: newline === -1 ? input.length : newline + 1 };
}

function someLines(input: string, random: Random): string {
  const { start } = line(input, random);
  return input.slice(start, start + 20 + random(400));
}
