/** Texts that make the parts of an expression match in many ways: repeated characters and pairs, after a prefix. */
const UNITS = [
  ...[
    'a',
    'Z',
    '0',
    ' ',
    '\t',
    '\n',
    '"',
    "'",
    '\\',
    '/',
    ':',
    ',',
    '.',
    '=',
    '-',
    '_',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '@',
    '#',
    '\0',
    '\u00e9',
  ],
  ...['a ', 'a:', 'a,', '0,', '0.', '\\"', '""', '[]', '()', 'a=', '0:', '//', '/a', '@a', '"a', 'a\n', ' \n'],
];
const ENDS = ['', '!', '\n!', ' x\u0001'];

/** Prefixes of texts: the literal parts at the start of an expression, cut at each of its special characters. */
function prefixesOf(source: string): readonly string[] {
  const literal = source.replace(/^\^/, '').replaceAll(/\\([^a-zA-Z0-9])/g, '$1');
  const [start = ''] = /^[^[({*+?|$\\.]*/.exec(literal) ?? [];
  return [...new Set(['', start, `${start}a`, `${start}"`, `${start}0`])];
}

/** Lengths of the texts in ascending order, so that exponential growth is detected by a short text. */
const LENGTHS = [16, 20, 22, 24, 26, 28, 30, 34, 38, 42, 46, 50, 200, 1200, 12_000] as const;

/**
 * Returns the longest CPU time in milliseconds that an expression takes for texts of up to 12,000 characters. Stops at the first
 * text that takes longer than `limitMs`.
 */
export function slowestMatch(
  { source, flags }: RegExp,
  limitMs: number,
): { readonly ms: number; readonly text: string } {
  let slowest = { ms: 0, text: '' };
  const prefixes = prefixesOf(source);
  for (const length of LENGTHS) {
    for (const prefix of prefixes) {
      for (const unit of [...UNITS, ...prefixes.filter((literal) => literal !== '')]) {
        for (const end of ENDS) {
          const text = prefix + unit.repeat(length / unit.length) + end;
          // Another program may run during the first measurement, so that a long one is repeated.
          const ms = [1, 2, 3].reduce(
            (shortest) => (shortest > limitMs ? Math.min(shortest, time(new RegExp(source, flags), text)) : shortest),
            Number.POSITIVE_INFINITY,
          );
          if (ms > slowest.ms) slowest = { ms, text: `${JSON.stringify(prefix + unit.repeat(2))}… ${length}` };
          if (ms > limitMs) return slowest;
        }
      }
    }
  }
  return slowest;
}

function time(expression: RegExp, text: string): number {
  const before = process.cpuUsage();
  if (expression.global) text.replaceAll(expression, '');
  else expression.test(text);
  return process.cpuUsage(before).user / 1000;
}
