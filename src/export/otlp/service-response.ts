import { getText, parseFields, parseNumbers } from '../../formats/protobuf.ts';
import type { ExportResponse } from './transport.ts';

/** Maximum length of a text from the Collector in log messages. */
const MAX_TEXT_LENGTH = 500;

/**
 * Returns the result of an export that the Collector has accepted. The status alone shows that the export was accepted,
 * because a proxy may replace the body. Parts of the body that cannot be parsed therefore count as absent.
 *
 * https://opentelemetry.io/docs/specs/otlp/#full-success-1
 *
 * @param body `ExportMetricsServiceResponse` of OTLP
 */
export function toSuccess(body: Buffer, format: 'protobuf' | 'json'): ExportResponse {
  try {
    return format === 'json' ? parseJson(body) : parseProtobuf(body);
  } catch {
    // The body is not a response of OTLP.
    return { status: 'success', rejected: 0, message: '' };
  }
}

function parseJson(body: Buffer): ExportResponse {
  const { rejectedDataPoints, errorMessage } = toObject(toObject(JSON.parse(body.toString()))['partialSuccess']);
  // The JSON form of protobuf writes a 64-bit number as a string. A number is accepted too.
  const isNumber = typeof rejectedDataPoints === 'number' || /^\d+$/.test(String(rejectedDataPoints));
  const rejected = isNumber ? Number(rejectedDataPoints) : 0;
  return {
    status: 'success',
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    message: toLogText(typeof errorMessage === 'string' ? errorMessage : ''),
  };
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  // Every object can be used as a record of unknown values.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parseProtobuf(body: Buffer): ExportResponse {
  const partialSuccess = parseFields(body).get(1)?.at(-1) ?? Buffer.alloc(0);
  const rejected = parseNumbers(partialSuccess).get(1) ?? 0;
  return { status: 'success', rejected, message: toLogText(getText(parseFields(partialSuccess), 2) ?? '') };
}

/** Returns a text from the Collector for log messages: without control characters, and shortened if it is long. */
export function toLogText(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return line.length > MAX_TEXT_LENGTH ? `${line.slice(0, MAX_TEXT_LENGTH)}…` : line;
}
