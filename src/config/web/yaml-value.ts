import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';

/** Converts the value of a key. */
type KeyReader<T> = (value: YamlValue) => T;

/** One reader for each key that a mapping may contain. */
export type Readers<T> = { readonly [K in keyof T]-?: KeyReader<T[K]> };

interface YamlText {
  lineOf(node: Node): number;
  /** Returns the node that an alias refers to; any other node unchanged. */
  resolve(node: unknown): unknown;
}

/** A value in a YAML text. Errors contain the line of the value, but not the value, which may be a secret. */
export class YamlValue {
  readonly #node: unknown;
  readonly #text: YamlText;
  /** Number of the line in which the value or its key starts. */
  readonly #line: number;

  private constructor(node: unknown, text: YamlText, line: number) {
    this.#node = text.resolve(node);
    this.#text = text;
    this.#line = line;
  }

  /** @throws {SyntaxError} if the text is not one YAML document, or contains a key twice */
  static parse(text: string): YamlValue {
    const lines = new LineCounter();
    const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
    const [problem] = document.errors;
    if (problem !== undefined) {
      throw new SyntaxError(`invalid YAML in line ${lines.linePos(problem.pos[0]).line} (${problem.code})`);
    }
    const yaml: YamlText = {
      lineOf: (node) => lines.linePos(node.range?.[0] ?? 0).line,
      resolve: (node) => (isAlias(node) ? node.resolve(document) : node),
    };
    return new YamlValue(document.contents, yaml, 1);
  }

  get #isNull(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  /** @throws {SyntaxError} with the line of this value */
  fail(message: string): never {
    throw new SyntaxError(`${message} in line ${this.#line}`);
  }

  /** Returns the values of the keys that the mapping contains. A key with the value null counts as absent. */
  mapping<T>(readers: Readers<T>): Partial<T> {
    const result: Partial<T> = {};
    for (const [key, value] of this.entries()) {
      const name = Object.keys(readers).find((candidate) => candidate === key) as keyof T | undefined;
      if (name === undefined) return value.fail(`unknown key ${JSON.stringify(key)}`);
      if (!value.#isNull) result[name] = readers[name](value);
    }
    return result;
  }

  /** Returns the keys and values of a mapping; an empty list for null. */
  entries(): readonly (readonly [key: string, value: YamlValue])[] {
    if (this.#isNull) return [];
    const map = this.#node;
    if (!isMap(map)) return this.fail('expected a mapping');
    return (map as YAMLMap<Node, Node | null>).items.map(({ key, value }) => {
      const line = this.#text.lineOf(key);
      return [new YamlValue(key, this.#text, line).text(), new YamlValue(value, this.#text, line)];
    });
  }

  list<T>(read: KeyReader<T>): readonly T[] {
    const list = this.#node;
    if (!isSeq<Node>(list)) return this.fail('expected a list');
    return list.items.map((item) => read(new YamlValue(item, this.#text, this.#text.lineOf(item))));
  }

  /** Returns the text of a scalar; for a number or boolean, the text in the file. */
  text(): string {
    const scalar = this.#node;
    if (!isScalar(scalar)) return this.fail('expected a text');
    return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  }

  /** Returns a boolean. Like the YAML library of Go, accepts `yes`, `no`, `on` and `off`. */
  boolean(): boolean {
    const text = this.text().toLowerCase();
    if (['true', 'yes', 'on', 'y'].includes(text)) return true;
    if (['false', 'no', 'off', 'n'].includes(text)) return false;
    return this.fail('expected true or false');
  }

  integer(): number {
    const text = this.text();
    return /^\d{1,15}$/.test(text) ? Number(text) : this.fail('expected a whole number');
  }

  /** Returns the value that `values` contains under the text. */
  oneOf<T>(values: Readonly<Record<string, T>>, noun: string): T {
    const text = this.text();
    const value = Object.hasOwn(values, text) ? values[text] : undefined;
    return value ?? this.fail(`unknown ${noun} ${JSON.stringify(text)}`);
  }
}
