/**
 * Lines of the Prometheus text format 0.0.4.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { formatNumber } from '../otel/format-number.ts';
import { BILLIONTHS, type Decimals, MILLIONTHS, type TextBuffer } from './text-buffer.ts';

/** Writes the series of one metric name. */
export class SeriesWriter {
  readonly #buffer: TextBuffer;
  readonly #name: Uint8Array;

  constructor(buffer: TextBuffer, name: Uint8Array) {
    this.#buffer = buffer;
    this.#name = name;
  }

  /**
   * @param labels result of {@link encodeLabels}
   * @param extraLabels additional labels in the text format, without braces: `le="0.5"`
   */
  write(labels: string, value: number, extraLabels = ''): void {
    const buffer = this.#buffer;
    buffer.copy(this.#name);
    buffer.writeEncoded(labels);
    const hasLabels = labels !== '' || extraLabels !== '';
    if (extraLabels !== '') {
      buffer.write(labels === '' ? '{' : ',');
      buffer.write(extraLabels);
    }
    buffer.write(hasLabels ? '} ' : ' ');
    writeNumber(buffer, value);
    buffer.write('\n');
  }
}

/**
 * Returns labels in the text format, encoded for `TextBuffer.writeEncoded()`, without the closing brace:
 * `{device="sda"`.
 */
export function encodeLabels(labels: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => formatLabel(name, value));
  return pairs.length === 0 ? '' : Buffer.from(`{${pairs.join()}`).toString('latin1');
}

/** Returns one label in the text format. A value that is not a string is written as JSON, as OpenTelemetry specifies. */
export function formatLabel(name: string, value: unknown): string {
  return `${name}="${escapeLabelValue(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}"`;
}

/** Returns the HELP and TYPE lines of a metric. */
export function formatHead(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

/** Writes a number. Creates no string for integers and multiples of a millionth or billionth, the most frequent numbers. */
function writeNumber(buffer: TextBuffer, value: number): void {
  if (value >= 0 && Number.isSafeInteger(value)) buffer.writeInteger(value);
  else if (!writeDecimal(buffer, value, MILLIONTHS) && !writeDecimal(buffer, value, BILLIONTHS))
    buffer.write(formatNumber(value));
}

/**
 * Upper limit of a number in units. A number below it has at most 15 digits, so that `String()` would write the same digits.
 */
const MAX_UNITS = 1e15;
/** Smallest number that `String()` writes without an exponent. */
const MIN_DECIMAL = 1e-6;

/** Writes a value that is a multiple of the unit. @returns false, without a change, for any other value */
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
