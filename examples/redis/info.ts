/** A field of INFO that consists of several parts: `db0:keys=1,expires=0,avg_ttl=0`. */
export interface CompositeField {
  /** Name of the field without the prefix: `0` for `db0`. */
  readonly suffix: string;
  /** Value of each part by its name: `keys`, `expires`, `avg_ttl`. */
  readonly parts: ReadonlyMap<string, number>;
}

/** The reply to the command INFO. */
export class Info {
  readonly #fields: ReadonlyMap<string, string>;

  /**
   * @param text lines such as `used_memory:1024` below headings such as `# Memory`
   * @see https://redis.io/docs/latest/commands/info/
   */
  constructor(text: string) {
    const lines = text.split('\r\n').filter((line) => !line.startsWith('#') && line.includes(':'));
    this.#fields = new Map(lines.map(splitAt(':')));
  }

  text(field: string): string | undefined {
    return this.#fields.get(field);
  }

  /**
   * Returns the value of a field as a number: 1 for `ok`, 0 for `err` and `fail`. Returns `undefined` if this version of
   * Redis lacks the field.
   */
  get(field: string): number | undefined {
    const text = this.#fields.get(field);
    return text === undefined ? undefined : (STATUSES[text] ?? Number(text));
  }

  /** Returns the composite fields whose names start with a prefix. */
  composites(prefix: string): readonly CompositeField[] {
    return [...this.#fields]
      .filter(([field, text]) => field.startsWith(prefix) && text.includes('='))
      .map(([field, text]) => ({
        suffix: field.slice(prefix.length),
        parts: new Map(
          text
            .split(',')
            .map(splitAt('='))
            .map(([part, value]) => [part, Number(value)]),
        ),
      }));
  }
}

const STATUSES: Readonly<Record<string, number>> = { ok: 1, err: 0, fail: 0 };

/** Returns a function that splits a text at the first separator. */
function splitAt(separator: string): (text: string) => [string, string] {
  return (text) => {
    const at = text.indexOf(separator);
    return [text.slice(0, at), text.slice(at + 1)];
  };
}
