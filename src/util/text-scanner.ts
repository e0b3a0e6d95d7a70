/** Reads a text from left to right. */
export class TextScanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  /** The text that has not been read. */
  get rest(): string {
    return this.#text.slice(this.#position);
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#position);
  }

  /** Skips a text if it comes next, and returns whether it does. */
  skip(text: string): boolean {
    const isNext = this.startsWith(text);
    if (isNext) this.#position += text.length;
    return isNext;
  }

  /** Returns the text before `end` and skips `end`. Without `end`, it returns the rest. */
  readUntil(end: string): string {
    const start = this.#position;
    const index = this.#text.indexOf(end, start);
    this.#position = index === -1 ? this.#text.length : index + end.length;
    return this.#text.slice(start, index === -1 ? undefined : index);
  }

  /**
   * Skips the match of a pattern that comes next.
   *
   * @param pattern must have the flag `y`
   * @returns the match and its groups, or an empty list without a match
   */
  match(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#position = pattern.lastIndex;
    return match ?? [];
  }

  /** Returns the next code point, or an empty text at the end. */
  readCharacter(): string {
    const codePoint = this.#text.codePointAt(this.#position);
    if (codePoint === undefined) return '';
    const character = String.fromCodePoint(codePoint);
    this.#position += character.length;
    return character;
  }
}
