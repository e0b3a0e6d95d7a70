import type { MetricType } from '../metrics/metric.ts';
import { quote } from '../parse/lines.ts';
import { TextScanner } from '../util/text-scanner.ts';

/**
 * A line with the help or the type of a family. `help` and `type` are absent if the line contains only the name of the
 * family.
 */
export interface ExpositionComment {
  readonly name: string;
  readonly help?: string;
  readonly type?: MetricType;
}

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/**
 * Parses `# HELP name text` and `# TYPE name type`. Returns `undefined` for any other comment, because Prometheus ignores
 * such comments.
 */
export function parseComment(line: string): ExpositionComment | undefined {
  const [, keyword, rest = ''] = /^#[ \t]*(HELP|TYPE)(?:[ \t]+(.*))?$/s.exec(line) ?? [];
  if (keyword === undefined || rest === '') return undefined;
  const [, name, text = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/s.exec(rest) ?? [];
  if (name === undefined) throw new SyntaxError(`expected a metric name in ${quote(line)}`);
  if (text === '') return { name };
  if (keyword === 'HELP') return { name, help: resolveEscapes(text, line) };
  const type = TYPES.find((candidate) => candidate === text.toLowerCase());
  if (type === undefined) throw new SyntaxError(`unknown type in ${quote(line)}`);
  return { name, type };
}

/** Returns the metric name in a sample, HELP or TYPE, even if the rest of the line is bad; `undefined` without a name. */
export function nameIn(line: string): string | undefined {
  return /^(?:#[ \t]*(?:HELP|TYPE)[ \t]+)?([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line)?.[1];
}

/** Returns whether a line is a TYPE comment. */
export function isTypeLine(line: string): boolean {
  return /^#[ \t]*TYPE[ \t]/.test(line);
}

export interface ExpositionSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Parses a sample: `http_requests_total{method="post",code="200"} 1027`. */
export function parseSample(line: string): ExpositionSample {
  const scanner = new TextScanner(line);
  const [name] = scanner.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
  if (name === undefined) throw new SyntaxError(`expected a metric name in ${quote(line)}`);
  skipBlanks(scanner);
  const labels = scanner.skip('{') ? readLabels(scanner, line) : {};
  skipBlanks(scanner);
  const [, number = '', more] = /^([^ \t]*)([ \t].*)?$/s.exec(scanner.rest) ?? [];
  const value = parseGoFloat(number);
  if (value === undefined) throw new SyntaxError(`expected a number, got ${quote(number)} in ${quote(line)}`);
  if (more !== undefined) throw new SyntaxError(`unexpected timestamp or blank after the number in ${quote(line)}`);
  return { name, labels, value };
}

function readLabels(scanner: TextScanner, line: string): Record<string, string> {
  const labels = new Map<string, string>();
  for (;;) {
    skipBlanks(scanner);
    if (scanner.skip('}')) return Object.fromEntries(labels);
    const [match, label, value] = scanner.match(LABEL);
    if (match === undefined || label === undefined || value === undefined) {
      throw new SyntaxError(`expected label="value" in ${quote(line)}`);
    }
    // Prometheus reserves label names that start with two underscores.
    if (label.startsWith('__')) throw new SyntaxError(`reserved label ${label} in ${quote(line)}`);
    if (labels.has(label)) throw new SyntaxError(`duplicate label ${label} in ${quote(line)}`);
    labels.set(label, unescapeValue(value, line));
    if (!scanner.skip(',') && !scanner.startsWith('}')) {
      throw new SyntaxError(`expected label="value" in ${quote(line)}`);
    }
  }
}

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*/sy;

function skipBlanks(scanner: TextScanner): void {
  scanner.match(/[ \t]+/y);
}

function unescapeValue(value: string, line: string): string {
  // The decoder of the file has replaced invalid UTF-8 with this character.
  if (value.includes('\ufffd')) throw new SyntaxError(`invalid UTF-8 in a label in ${quote(line)}`);
  return resolveEscapes(value, line, { ...ESCAPES, '"': '"' });
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n' };

function resolveEscapes(text: string, line: string, escapes = ESCAPES): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(.?)/gs, (_, escaped: string) => {
    const character = Object.hasOwn(escapes, escaped) ? escapes[escaped] : undefined;
    if (character === undefined) throw new SyntaxError(`unknown escape in ${quote(line)}`);
    return character;
  });
}

/**
 * Parses a number in Go's format: a decimal number, or infinity or NaN in upper or lower case. Returns `undefined` for any
 * other text, and for a number that is too large for a double.
 */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const number = Number(text);
    return Number.isFinite(number) ? number : undefined;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
