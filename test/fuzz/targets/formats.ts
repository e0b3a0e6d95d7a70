import { type ExpositionFamily, parseExposition } from '../../../src/formats/exposition.ts';
import { parseComment, parseGoFloat, parseSample } from '../../../src/formats/exposition-line.ts';
import { mergeExpositions } from '../../../src/formats/merge-exposition.ts';
import { parseNtpReply } from '../../../src/formats/ntp-packet.ts';
import { parsePosixTz, type TimeZone } from '../../../src/formats/posix-tz.ts';
import * as protobuf from '../../../src/formats/protobuf.ts';
import { parseTzif } from '../../../src/formats/tzif.ts';
import { decodeMessage, encodeCall, messageLength } from '../../../src/host/dbus/message.ts';
import { parseSignature } from '../../../src/host/dbus/signature.ts';
import { parsePageSize } from '../../../src/host/page-size.ts';
import { decodeUtf8 } from '../../../src/host/utf8.ts';
import type { ReportProblem } from '../../../src/parse/rows.ts';
import type { Steps } from '../../../src/util/slices.ts';
import { encodeField } from '../../support/protobuf-field.ts';
import { recorded } from '../recorded-files.ts';
import { bytes, type FuzzTargets, rows, text } from '../target.ts';

const EXPOSITIONS = [
  ...recorded(/\.prom$/),
  '# HELP http_seconds Time.\n# TYPE http_seconds histogram\nhttp_seconds_bucket{le="0.1"} 2\nhttp_seconds_bucket{le="+Inf"} 3\nhttp_seconds_sum 1.5\nhttp_seconds_count 3\n',
  '# TYPE rpc summary\nrpc{quantile="0.5",method="a\\"b\\n"} 4.7\nrpc_sum 8 \nrpc_count 2\nx{a="1",} +Inf\ny NaN\n',
];
const MESSAGES = [
  encodeField(1, encodeField(2, 'text')),
  Buffer.concat([
    Buffer.from([0x08, 0x96, 0x01]),
    encodeField(2, 'a'),
    encodeField(2, 'b'),
    Buffer.from([0x25, 1, 2, 3, 4]),
  ]),
];
const DBUS = [
  encodeCall(2, { destination: 'a.b', path: '/a', interface: 'c.d', member: 'Get', arguments: ['x', 'yz'] }),
  // A reply with the signature `a(ssv)`, without elements.
  Buffer.from(
    '6c0200010800000001000000210000000501750007000000080167000661287373762900000000000000000000000000',
    'hex',
  ),
];

function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function families(file: string, report: ReportProblem): readonly ExpositionFamily[] {
  return finish(parseExposition(file, report));
}

/**
 * Limit for text files. They are parsed in slices, and a line counts as at least 128 bytes of the maximum size: 32 times the
 * size of the shortest lines.
 */
const LINES_MS = 320;

/** Returns the local times at some points in time. */
function localTimes(zone: TimeZone): readonly unknown[] {
  return [-1e11, 0, 1_800_000_000, 4e9, 1e13].map(zone);
}

/** Decoders of formats that other programs and protocols use. */
export const FORMATS: FuzzTargets = {
  parseComment: text(['# HELP a b\\n', '# TYPE a counter'], parseComment),
  parseExposition: { ...rows(EXPOSITIONS, families), maxMs: LINES_MS },
  parseGoFloat: text(['1.5e-3', '+Inf', '0x1.8p3', '1_000', 'nan'], parseGoFloat),
  parseSample: text(['a{b="c",d="e\\"f"} 1.5', 'up 1', 'x{} NaN 1700000000000'], parseSample),
  mergeExpositions: {
    ...rows(EXPOSITIONS, (file, report) => {
      const [first = '', second = ''] = file.split('\0', 2);
      return finish(
        mergeExpositions([
          { path: 'a.prom', families: families(first, report) },
          { path: 'b.prom', families: families(second || first, report) },
        ]),
      );
    }),
    maxMs: LINES_MS,
  },
  parseFields: bytes(MESSAGES, (message) => {
    const fields = protobuf.parseFields(message);
    return [protobuf.getText(fields, 1), protobuf.getMessages(fields, 2), protobuf.getTextMap(fields, 8)];
  }),
  parseNumbers: bytes(MESSAGES, protobuf.parseNumbers),
  parseNtpReply: bytes(
    [Buffer.from(`240200e7${'00'.repeat(20)}${'0000000000000001'}${'e'.repeat(32)}`, 'hex')],
    (packet) => parseNtpReply(packet, 1n),
  ),
  parsePosixTz: text(['CET-1CEST,M3.5.0,M10.5.0/3', '<+0545>-5:45', 'EST5EDT', 'A1B,J60,300/-24'], (rule) =>
    localTimes(parsePosixTz(rule)),
  ),
  parseTzif: bytes(
    [
      Buffer.concat([
        Buffer.from('TZif\0', 'latin1'),
        Buffer.alloc(15),
        Buffer.from('000000000000000000000000000000010000000200000008', 'hex'),
        Buffer.from('00000400010000000000000000000e100104', 'hex'),
        Buffer.from('UTC\0CET\0', 'latin1'),
      ]),
    ],
    (file) => localTimes(parseTzif(file)),
  ),
  decodeDbusMessage: bytes(DBUS, (message) => [messageLength(message), decodeMessage(message).readBody()]),
  parseSignature: text(['a(ssssssouso)', 'a{sv}', 'v', 'aaay'], parseSignature),
  parsePageSize: bytes([Buffer.from(`${'06'.padEnd(16, '0')}${'0010'.padEnd(16, '0')}`, 'hex')], parsePageSize),
  decodeUtf8: bytes([Buffer.from('a\u00e9\u20ac\u{1f4a5}')], (file) => decodeUtf8(file, file.length)),
};
