/** Scans a text from left to right. */
export class TextScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  /** Returns whether the rest starts with a text. */
  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** Moves past a text if the rest starts with it; returns whether it does. */
  take(text: string): boolean {
    const isNext = this.startsWith(text);
    if (isNext) this.#at += text.length;
    return isNext;
  }

  /** Moves past the next occurrence of a text, or to the end; returns the text before it. */
  takeUntil(end: string): string {
    const [before = ''] = this.rest.split(end, 1);
    this.#at = Math.min(this.#text.length, this.#at + before.length + end.length);
    return before;
  }

  /**
   * Moves past a match at the current position; returns the match and its groups, or nothing.
   *
   * @param pattern with the flag `y`
   */
  takeMatch(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match ?? [];
  }

  /** Moves past the next character and returns it; a surrogate pair is one character. */
  next(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return '';
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }
}
