/**
 * Prometheus' text format 0.0.4, for the families that would not come out of OpenTelemetry as they went in, and for those
 * of many series.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

import { type TextRange, textRangeOf } from '../../metrics/label-cache.ts';
import type { AttributeValue, HistogramValue, Sample, SummaryValue } from '../../metrics/metric.ts';
import type { FamilySamples } from '../../metrics/samples.ts';
import { BILLIONTHS, type Decimals, MILLIONTHS, type TextBuffer } from './text-buffer.ts';

type Labels = Sample['labels'];

export function writeFamily(page: TextBuffer, { family: { help, type }, samples }: FamilySamples, name: string): void {
  page.write(`# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n`);
  const write = lineWriter(page, name);
  samples.forEach((value, labels) => {
    if (typeof value === 'number') write(labels, value);
    else writeParts(page, name, { labels, value });
  });
}

/** @returns what writes the lines of one name */
function lineWriter(page: TextBuffer, name: string): (labels: Labels, value: number) => void {
  const nameBytes = Buffer.from(name);
  return (labels, value) => {
    page.copy(nameBytes);
    const span = textRangeOf(labels);
    if (span === undefined) writeLabels(page, labels);
    else if (!page.repeat(span)) writeNewLabels(page, labels, span);
    page.write(' ');
    writeNumber(page, value);
    page.write('\n');
  };
}

interface Parts {
  readonly labels: Labels;
  readonly value: HistogramValue | SummaryValue;
}

/** The series of which a distribution or a summary consists. */
function writeParts(page: TextBuffer, name: string, { labels, value }: Parts): void {
  if ('bounds' in value) {
    const write = lineWriter(page, `${name}_bucket`);
    for (const [bound, upTo] of bucketsOf(value)) write({ ...labels, le: writeBound(bound) }, upTo);
  } else {
    const write = lineWriter(page, name);
    for (const [quantile, at] of value.quantiles) write({ ...labels, quantile: writeBound(quantile) }, at);
  }
  lineWriter(page, `${name}_sum`)(labels, value.sum);
  lineWriter(page, `${name}_count`)(labels, value.count);
}

function bucketsOf({ bounds, counts, count }: HistogramValue): readonly (readonly [bound: number, upTo: number])[] {
  const buckets = bounds.map((bound, index) => [bound, counts[index] ?? 0] as const);
  const hasLast = bounds.at(-1) === Number.POSITIVE_INFINITY;
  return hasLast ? buckets : [...buckets, [Number.POSITIVE_INFINITY, count]];
}

function writeNewLabels(page: TextBuffer, labels: Labels, span: TextRange): void {
  const start = page.length;
  if (!writeExtended(page, labels, span)) writeLabels(page, labels);
  page.mark(span, start);
}

/** @returns whether they extend labels whose text is in this page; if not, nothing was written */
function writeExtended(page: TextBuffer, labels: Labels, { extended }: TextRange): boolean {
  if (extended === undefined || extended.others.length === 0 || !page.repeat(extended.others)) return false;
  page.cutByte();
  page.write(',');
  writeLabel(page, extended.label, labels[extended.label]);
  page.write('}');
  return true;
}

function writeLabels(page: TextBuffer, labels: Labels): void {
  let isFirst = true;
  for (const label in labels) {
    page.write(isFirst ? '{' : ',');
    writeLabel(page, label, labels[label]);
    isFirst = false;
  }
  if (!isFirst) page.write('}');
}

function writeLabel(page: TextBuffer, label: string, value: AttributeValue | undefined): void {
  page.write(label);
  page.write('="');
  page.write(escapeLabel(typeof value === 'string' ? value : String(value)));
  page.write('"');
}

/** Most numbers are whole, hundredths, microseconds or nanoseconds. */
function writeNumber(page: TextBuffer, value: number): void {
  if (value >= 0 && Number.isSafeInteger(value)) page.writeWhole(value);
  else if (!writeDecimal(page, value, MILLIONTHS) && !writeDecimal(page, value, BILLIONTHS))
    page.write(formatNumber(value));
}

/** Doubles tell any two decimal numbers of so many digits apart: so the one that is found is what `String()` finds. */
const MOST_PARTS = 1e15;
/** Below, `String()` writes an exponent. */
const SMALLEST = 1e-6;

/** @returns whether the number is so many parts; if not, nothing was written */
function writeDecimal(page: TextBuffer, value: number, decimals: Decimals): boolean {
  const count = Math.round(value * decimals.ofWhole);
  if (value < SMALLEST || count >= MOST_PARTS || count / decimals.ofWhole !== value) return false;
  page.writeDecimal(count, decimals);
  return true;
}

function formatNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/** As Go writes a number (`%g`), exponents from 1e+06 and below 1e-04 on: bounds and quantiles are names of series. */
export function writeBound(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (!Number.isFinite(value) || (power >= -4 && power <= 5)) return formatNumber(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const HAS_ESCAPED = /["\\\n]/;

function escapeLabel(text: string): string {
  return HAS_ESCAPED.test(text) ? escapeText(text).replaceAll('"', '\\"') : text;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
