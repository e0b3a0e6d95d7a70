import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportProblem } from '../../src/parse/rows.ts';

/** Lines that no kernel prints into any of the files, and lines of blanks and NUL characters. */
const ODD_LINES = ['odd line 42', 'odd', '42', '0 0 0', 'x: y z', ': 1', '- - -', '  ', '\t', '\0\0\0', '9'.repeat(40)];

/** The values of a result by a path of names that does not depend on the order of rows. */
type Values = ReadonlyMap<string, unknown>;

/** Returns the name of a row, from the properties that identify the row. */
type RowName = (row: Readonly<Record<string, unknown>>) => string;

function valuesOf(result: unknown, nameOf: RowName, path = ''): Values {
  if (typeof result !== 'object' || result === null) return new Map(result === undefined ? [] : [[path, result]]);
  const nested = (key: string, value: unknown): [string, unknown][] => [
    ...valuesOf(value, nameOf, path === '' ? key : `${path}/${key}`),
  ];
  if (result instanceof Map) return new Map([...result].flatMap(([key, value]) => nested(String(key), value)));
  if (Array.isArray(result)) {
    return new Map(
      result.flatMap((row: unknown, index) => {
        const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
        return nested(isRow ? nameOf(row as Readonly<Record<string, unknown>>) : String(index), row);
      }),
    );
  }
  return new Map(Object.entries(result).flatMap(([key, value]) => nested(key, value)));
}

export interface OddLinesSubject {
  readonly name: string;
  readonly text: string;
  readonly parse: (text: string, report: ReportProblem) => unknown;
  /** Returns the name of a row. Default: the value of its property `device` or `name`. */
  readonly nameOf?: RowName;
  /** True if a malformed number may change a value: a sum of lines, a text, or the name that the file must contain. */
  readonly dependsOnNumbers?: boolean;
}

const nameOfDevice: RowName = ({ device, name }) => String(device ?? name);

function parseQuietly({ parse, nameOf = nameOfDevice }: OddLinesSubject, text: string): Values {
  return valuesOf(
    parse(text, () => undefined),
    nameOf,
  );
}

/** Yields copies of a text, each with one odd line inserted at one position. */
function* withOddLines(text: string): Generator<{ readonly what: string; readonly text: string }> {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    for (const odd of ODD_LINES) {
      yield {
        what: `${JSON.stringify(odd)} before line ${at + 1}`,
        text: [...lines.slice(0, at), odd, ...lines.slice(at)].join('\n'),
      };
    }
  }
}

/** Yields copies of a text, each with one number replaced by `??`. */
function* withBadNumbers(text: string): Generator<{ readonly what: string; readonly text: string }> {
  for (const { index, 0: number } of text.matchAll(/(?<![\w.:-])-?\d+(\.\d+)?(?![\w.:-])/g)) {
    yield {
      what: `?? for ${number} at ${index}`,
      text: `${text.slice(0, index)}??${text.slice(index + number.length)}`,
    };
  }
}

/**
 * Declares tests: one odd line at any position, or one malformed number, changes no other value that the parser returns.
 */
export function testOddLines(subject: OddLinesSubject): void {
  const { name, text, dependsOnNumbers = false } = subject;
  test(`${name} returns the same with an odd line at each position`, () => {
    const whole = parseQuietly(subject, text);
    assert.ok(whole.size > 0);
    for (const odd of withOddLines(text)) {
      const values = parseQuietly(subject, odd.text);
      // The odd line may add a row, such as a process ID.
      const same = new Map([...whole].map(([key]) => [key, values.get(key)]));
      assert.deepEqual(same, whole, odd.what);
    }
  });
  if (dependsOnNumbers) return;
  test(`${name} changes no value for a malformed number at each position`, () => {
    const whole = parseQuietly(subject, text);
    for (const bad of withBadNumbers(text)) {
      const values = parseQuietly(subject, bad.text);
      for (const [key, value] of values) if (whole.has(key)) assert.deepEqual(value, whole.get(key), bad.what);
      assert.ok(values.size > 0, bad.what);
    }
  });
}
