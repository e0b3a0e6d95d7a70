/**
 * Lines of the Prometheus text format 0.0.4.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { type TextRange, textRangeOf } from '../../metrics/label-cache.ts';
import { formatNumber } from '../otel/format-number.ts';
import { BILLIONTHS, type Decimals, MILLIONTHS, type TextBuffer } from './text-buffer.ts';

/** Label values are strings, or attribute values of OpenTelemetry. */
export type PrintableLabels = Readonly<Record<string, unknown>>;

/** Writes the series of one metric name. */
export class SeriesWriter {
  readonly #buffer: TextBuffer;
  readonly #name: Uint8Array;

  constructor(buffer: TextBuffer, name: Uint8Array) {
    this.#buffer = buffer;
    this.#name = name;
  }

  /** @param extraLabels further labels in the text format, without braces: `le="0.5"` */
  write(labels: PrintableLabels, value: number, extraLabels = ''): void {
    const buffer = this.#buffer;
    buffer.copy(this.#name);
    const start = buffer.length;
    const range = textRangeOf(labels);
    if (range === undefined) writeLabels(buffer, labels);
    else if (!buffer.repeat(range)) writeNewLabels(buffer, labels, range);
    if (extraLabels !== '') {
      buffer.write(buffer.length === start ? '{' : ',');
      buffer.write(extraLabels);
    }
    buffer.write(buffer.length === start ? ' ' : '} ');
    writeNumber(buffer, value);
    buffer.write('\n');
  }
}

/** Formats one label. Values that are no strings are written as JSON, as OpenTelemetry specifies. */
export function formatLabel(name: string, value: unknown): string {
  return `${name}="${escapeLabelValue(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}"`;
}

/** Formats the lines before the series of a metric. */
export function formatHead(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

function writeNewLabels(buffer: TextBuffer, labels: PrintableLabels, range: TextRange): void {
  const start = buffer.length;
  if (!writeExtended(buffer, labels, range)) writeLabels(buffer, labels);
  buffer.mark(range, start);
}

/** @returns whether the labels extend labels whose text is in the buffer; if not, nothing is written */
function writeExtended(buffer: TextBuffer, labels: PrintableLabels, { extended }: TextRange): boolean {
  if (extended === undefined || extended.others.length === 0 || !buffer.repeat(extended.others)) return false;
  buffer.write(',');
  writeLabel(buffer, extended.label, labels[extended.label]);
  return true;
}

/** Writes labels without the closing brace, because others may follow. */
function writeLabels(buffer: TextBuffer, labels: PrintableLabels): void {
  let isFirst = true;
  for (const label in labels) {
    buffer.write(isFirst ? '{' : ',');
    writeLabel(buffer, label, labels[label]);
    isFirst = false;
  }
}

function writeLabel(buffer: TextBuffer, label: string, value: unknown): void {
  if (typeof value !== 'string') {
    buffer.write(formatLabel(label, value));
    return;
  }
  buffer.write(label);
  buffer.write('="');
  buffer.write(escapeLabelValue(value));
  buffer.write('"');
}

/** Most numbers are integers, or multiples of a hundredth, microsecond or nanosecond. */
function writeNumber(buffer: TextBuffer, value: number): void {
  if (value >= 0 && Number.isSafeInteger(value)) buffer.writeInteger(value);
  else if (!writeDecimal(buffer, value, MILLIONTHS) && !writeDecimal(buffer, value, BILLIONTHS))
    buffer.write(formatNumber(value));
}

/** Two decimal numbers with at most 15 digits are never the same double: the number found here is that of `String()`. */
const MAX_UNITS = 1e15;
/** `String()` writes smaller numbers with an exponent. */
const MIN_DECIMAL = 1e-6;

/** @returns whether the value is a multiple of the unit; if not, nothing is written */
function writeDecimal(buffer: TextBuffer, value: number, decimals: Decimals): boolean {
  const count = Math.round(value * decimals.unitsPerOne);
  if (value < MIN_DECIMAL || count >= MAX_UNITS || count / decimals.unitsPerOne !== value) return false;
  buffer.writeDecimal(count, decimals);
  return true;
}

const NEEDS_ESCAPE = /["\\\n]/;

function escapeLabelValue(text: string): string {
  return NEEDS_ESCAPE.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
