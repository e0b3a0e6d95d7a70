/** Goes through a text from left to right. */
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

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** Goes past a text if it is the next thing. */
  take(text: string): boolean {
    const seen = this.sees(text);
    if (seen) this.#at += text.length;
    return seen;
  }

  /** Goes past a text and what is before it; to the end when it does not come. */
  takeUntil(end: string): string {
    const [before = ''] = this.rest.split(end, 1);
    this.#at = Math.min(this.#text.length, this.#at + before.length + end.length);
    return before;
  }

  /** @param pattern has flag `y` */
  takeMatch(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match ?? [];
  }

  /** One character; a pair of surrogates is one. */
  next(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return '';
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }
}
