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

  /** The text from the current position to the end. */
  get rest(): string {
    return this.#text.slice(this.#position);
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#position);
  }

  /** If the text starts at the current position, skips it and returns true. Otherwise returns false. */
  skip(text: string): boolean {
    const isNext = this.startsWith(text);
    if (isNext) this.#position += text.length;
    return isNext;
  }

  /** Returns the text before the next `end` and skips `end`. If no `end` follows, returns the rest of the text. */
  readUntil(end: string): string {
    const start = this.#position;
    const index = this.#text.indexOf(end, start);
    this.#position = index === -1 ? this.#text.length : index + end.length;
    return this.#text.slice(start, index === -1 ? undefined : index);
  }

  /**
   * Skips the text that a pattern matches at the current position.
   *
   * @param pattern must have the RegExp flag `y`
   * @returns the match and its groups, or an empty list without a match
   */
  match(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#position = pattern.lastIndex;
    return match ?? [];
  }

  /** Returns the next character, which may be a surrogate pair; an empty text at the end. */
  readCharacter(): string {
    const codePoint = this.#text.codePointAt(this.#position);
    if (codePoint === undefined) return '';
    const character = String.fromCodePoint(codePoint);
    this.#position += character.length;
    return character;
  }
}
