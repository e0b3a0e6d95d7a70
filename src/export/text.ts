/**
 * Prometheus' text format 0.0.4, for the families that would not come out of OpenTelemetry as they went in, and for those
 * of many series.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { Reading } from '../gather.ts';
import type { Distribution, Sample, Summary } from '../metric.ts';

type Labels = Sample['labels'];

import type { Page } from './page.ts';

export function writeFamily(page: Page, { family: { help, type }, samples }: Reading, name: string): void {
  page.write(`# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n`);
  const nameBytes = Buffer.from(name);
  samples.forEach((value, labels) => {
    const bytes = keptBytes(labels);
    if (bytes === undefined || typeof value !== 'number') page.write(writeSample(name, value, labels));
    else {
      page.copy(nameBytes);
      page.copy(bytes);
      page.writeAscii(writeNumber(value));
      page.writeAscii('\n');
    }
  });
}

/** Of labels that are kept, and shared by many series: their text is made once, and forgotten with them. */
const kept = new WeakMap<Labels, Uint8Array>();

/** With the blank after them. */
function keptBytes(labels: Labels): Uint8Array | undefined {
  let bytes = kept.get(labels);
  if (bytes === undefined && Object.isFrozen(labels)) {
    bytes = Buffer.from(`${writeLabels(labels)} `);
    kept.set(labels, bytes);
  }
  return bytes;
}

function writeSample(name: string, value: Sample['value'], labels: Labels): string {
  if (typeof value === 'number') return writeLine(name, labels, value);
  const parts = 'bounds' in value ? writeBuckets(name, labels, value) : writeQuantiles(name, labels, value);
  return `${parts}${writeLine(`${name}_sum`, labels, value.sum)}${writeLine(`${name}_count`, labels, value.count)}`;
}

function writeBuckets(name: string, labels: Labels, { bounds, counts, count }: Distribution): string {
  const hasLast = bounds.at(-1) === Number.POSITIVE_INFINITY;
  const buckets = bounds.map((bound, index) => [bound, counts[index] ?? 0] as const);
  return [...buckets, ...(hasLast ? [] : [[Number.POSITIVE_INFINITY, count] as const])]
    .map(([bound, upTo]) => writeLine(`${name}_bucket`, { ...labels, le: writeBound(bound) }, upTo))
    .join('');
}

function writeQuantiles(name: string, labels: Labels, { quantiles }: Summary): string {
  return quantiles
    .map(([quantile, value]) => writeLine(name, { ...labels, quantile: writeBound(quantile) }, value))
    .join('');
}

function writeLine(name: string, labels: Labels, value: number): string {
  return `${name}${writeLabels(labels)} ${writeNumber(value)}\n`;
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([label, value]) => `${label}="${escapeText(String(value)).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
}

function writeNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/** As Go writes a number (`%g`), exponents from 1e+06 and below 1e-04 on: bounds and quantiles are names of series. */
export function writeBound(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (!Number.isFinite(value) || (power >= -4 && power <= 5)) return writeNumber(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
