/** A field of INFO in several parts: `db0:keys=1,expires=0,avg_ttl=0`. */
export interface Parted {
  /** What follows the prefix: `0`. */
  readonly name: string;
  /** As numbers: `keys`, `expires`, `avg_ttl`. */
  readonly parts: ReadonlyMap<string, number>;
}

export class Info {
  readonly #fields: ReadonlyMap<string, string>;

  /**
   * @param text lines such as `used_memory:1024`, below titles such as `# Memory`
   * @see https://redis.io/docs/latest/commands/info/
   */
  constructor(text: string) {
    const lines = text.split('\r\n').filter((line) => !line.startsWith('#') && line.includes(':'));
    this.#fields = new Map(lines.map(splitAt(':')));
  }

  text(field: string): string | undefined {
    return this.#fields.get(field);
  }

  /** A number, or whether something went well; `undefined` where this version has no such field. */
  get(field: string): number | undefined {
    const text = this.#fields.get(field);
    return text === undefined ? undefined : (STATES[text] ?? Number(text));
  }

  /** The fields of many that begin with a prefix. */
  parted(prefix: string): readonly Parted[] {
    return [...this.#fields]
      .filter(([field, text]) => field.startsWith(prefix) && text.includes('='))
      .map(([field, text]) => ({
        name: field.slice(prefix.length),
        parts: new Map(
          text
            .split(',')
            .map(splitAt('='))
            .map(([part, value]) => [part, Number(value)]),
        ),
      }));
  }
}

const STATES: Readonly<Record<string, number>> = { ok: 1, err: 0, fail: 0 };

function splitAt(separator: string): (text: string) => [string, string] {
  return (text) => {
    const at = text.indexOf(separator);
    return [text.slice(0, at), text.slice(at + 1)];
  };
}
