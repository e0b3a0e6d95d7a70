/** The position of an assertion: start or end of the text or of a line, or a boundary of an ASCII word. */
export type AssertionName = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'boundary' | 'noBoundary';

/** A node in the syntax tree of a regular expression. */
export type RegexpNode =
  /** Matches one code point: `source` is a JavaScript expression with the RegExp flag `v`. */
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'assertion'; readonly name: AssertionName }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexpNode[] }
  | { readonly kind: 'alternatives'; readonly nodes: readonly RegexpNode[] }
  | { readonly kind: 'repetition'; readonly node: RegexpNode; readonly min: number; readonly max: number };
