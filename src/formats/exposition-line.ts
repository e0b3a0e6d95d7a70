import type { MetricType } from '../metrics/metric.ts';
import { quote } from '../parse/lines.ts';
import { TextScanner } from '../util/text-scanner.ts';

export interface Comment {
  readonly name: string;
  readonly help?: string;
  readonly type?: MetricType;
}

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/** `# HELP name text` or `# TYPE name type`; any other comment says nothing. */
export function readComment(line: string): Comment | undefined {
  const [, keyword, rest = ''] = /^#[ \t]*(HELP|TYPE)(?:[ \t]+(.*))?$/s.exec(line) ?? [];
  if (keyword === undefined || rest === '') return undefined;
  const [, name, text = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/s.exec(rest) ?? [];
  if (name === undefined) throw new SyntaxError(`expected the name of a metric in ${quote(line)}`);
  if (text === '') return { name };
  if (keyword === 'HELP') return { name, help: resolveEscapes(text, line) };
  const type = TYPES.find((known) => known === text.toLowerCase());
  if (type === undefined) throw new SyntaxError(`unknown type in ${quote(line)}`);
  return { name, type };
}

export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** `http_requests_total{method="post",code="200"} 1027` */
export function readSample(line: string): ExposedSample {
  const cursor = new TextScanner(line);
  const [name] = cursor.takeMatch(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
  if (name === undefined) throw new SyntaxError(`expected the name of a metric in ${quote(line)}`);
  skipBlanks(cursor);
  const labels = cursor.take('{') ? readLabels(cursor, line) : {};
  skipBlanks(cursor);
  const [, number = '', more] = /^([^ \t]*)([ \t].*)?$/s.exec(cursor.rest) ?? [];
  const value = readFloat(number);
  if (value === undefined) throw new SyntaxError(`expected a number instead of ${quote(number)} in ${quote(line)}`);
  if (more !== undefined) throw new SyntaxError(`unexpected timestamp or blank after the number in ${quote(line)}`);
  return { name, labels, value };
}

function readLabels(cursor: TextScanner, line: string): Record<string, string> {
  const labels = new Map<string, string>();
  for (;;) {
    skipBlanks(cursor);
    if (cursor.take('}')) return Object.fromEntries(labels);
    const [written, label, value] = cursor.takeMatch(LABEL);
    if (written === undefined || label === undefined || value === undefined) {
      throw new SyntaxError(`expected label="value" in ${quote(line)}`);
    }
    // Names that begin so are Prometheus' own.
    if (label.startsWith('__')) throw new SyntaxError(`reserved label ${label} in ${quote(line)}`);
    if (labels.has(label)) throw new SyntaxError(`second label ${label} in ${quote(line)}`);
    labels.set(label, unescapeValue(value, line));
    if (!cursor.take(',') && !cursor.startsWith('}')) throw new SyntaxError(`expected label="value" in ${quote(line)}`);
  }
}

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*/sy;

function skipBlanks(cursor: TextScanner): void {
  cursor.takeMatch(/[ \t]+/y);
}

function unescapeValue(value: string, line: string): string {
  // What is not UTF-8 has become this while it was read.
  if (value.includes('\ufffd')) throw new SyntaxError(`a label that is no UTF-8 in ${quote(line)}`);
  return resolveEscapes(value, line, { ...ESCAPES, '"': '"' });
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n' };

function resolveEscapes(text: string, line: string, escapes = ESCAPES): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(.?)/gs, (_, escaped: string) => {
    const meant = Object.hasOwn(escapes, escaped) ? escapes[escaped] : undefined;
    if (meant === undefined) throw new SyntaxError(`unknown escape in ${quote(line)}`);
    return meant;
  });
}

/** A number as Go reads it: decimal, or an infinity or NaN in any case. What is too large for a double is refused. */
export function readFloat(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const number = Number(text);
    return Number.isFinite(number) ? number : undefined;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
