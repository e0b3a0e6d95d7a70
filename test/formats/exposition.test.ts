import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeParser } from '../support/describe-parser.ts';
import { parseExpositionAtOnce } from '../support/run-at-once.ts';

const { parses, rejects, survives } = describeParser('parseExposition', parseExpositionAtOnce);

function untyped(name: string, value: number, labels: Readonly<Record<string, string>> = {}) {
  return { name, type: 'untyped' as const, help: undefined, series: [{ labels, value }] };
}

const BACKUP = `# HELP backup_bytes_total Bytes saved.
# TYPE backup_bytes_total counter
backup_bytes_total{volume="home"} 1.5e+09
backup_bytes_total{volume="root",tape="7"} 42
# made by hand
backup_ok 1
`;
const LATENCY = `# TYPE job_seconds histogram
job_seconds_bucket{job="a",le="0.5"} 1
job_seconds_bucket{job="a",le="1e1"} 3
job_seconds_bucket{le="+Inf",job="a"} 4
job_seconds_sum{job="a"} 20.25
job_seconds_count{job="a"} 4
# TYPE wait_seconds summary
# HELP wait_seconds Time spent waiting.
wait_seconds{quantile="0.9"} 7
wait_seconds{quantile="0.5"} 2
wait_seconds_sum 11
wait_seconds_count 3
`;

parses('an empty file', '', []);
parses('blank lines and comments', '\n \t \n# nothing\n#\n # HELP\n# TYPE a\n# HELP a help\n  ', []);
parses('counters and untyped metrics', BACKUP, [
  {
    name: 'backup_bytes_total',
    type: 'counter',
    help: 'Bytes saved.',
    series: [
      { labels: { volume: 'home' }, value: 1.5e9 },
      { labels: { volume: 'root', tape: '7' }, value: 42 },
    ],
  },
  untyped('backup_ok', 1),
]);
parses('histograms and summaries', LATENCY, [
  {
    name: 'job_seconds',
    type: 'histogram',
    help: undefined,
    series: [
      {
        labels: { job: 'a' },
        value: { bounds: [0.5, 10, Number.POSITIVE_INFINITY], counts: [1, 3, 4], sum: 20.25, count: 4 },
      },
    ],
  },
  {
    name: 'wait_seconds',
    type: 'summary',
    help: 'Time spent waiting.',
    series: [
      {
        labels: {},
        value: {
          quantiles: [
            [0.5, 2],
            [0.9, 7],
          ],
          sum: 11,
          count: 3,
        },
      },
    ],
  },
]);
parses(
  'several series of a summary with labels in any order',
  '# TYPE s summary\ns_sum{a="1",b="2"} 3\ns_count{b="2",a="1"} 4\ns_count{a="2"} 5\ns{a="2",quantile="NaN"} 6\n',
  [
    {
      name: 's',
      type: 'summary',
      help: undefined,
      series: [
        { labels: { a: '1', b: '2' }, value: { quantiles: [], sum: 3, count: 4 } },
        { labels: { a: '2' }, value: { quantiles: [], sum: 0, count: 5 } },
      ],
    },
  ],
);
parses('samples of a histogram without a type', 'h_bucket{le="1"} 2\nh_sum 3\n', [
  untyped('h_bucket', 2, { le: '1' }),
  untyped('h_sum', 3),
]);
parses('names with colons and underscores', ':a:b__c_ 1\n_ 2\n', [untyped(':a:b__c_', 1), untyped('_', 2)]);
parses('blanks in all places that the format allows', ' \ta { x = "1" , y="2", }  5\nb{}\t6\nc{x="1"}7\n', [
  untyped('a', 5, { x: '1', y: '2' }),
  untyped('b', 6),
  untyped('c', 7, { x: '1' }),
]);
parses(
  'escapes, non-ASCII characters and syntax characters in labels',
  '# HELP a one\\\\two\\nthree "é"\na{x="\\"}{,=\\\\n\\n é \u2028"} 1\n',
  [
    {
      name: 'a',
      type: 'untyped',
      help: 'one\\two\nthree "é"',
      series: [{ labels: { x: '"}{,=\\n\n é \u2028' }, value: 1 }],
    },
  ],
);
parses(
  'numbers in all forms',
  'a 1\nb -1.5e-3\nc .5\nd 5.\ne +Inf\nf -inf\ng NaN\nh INFINITY\ni 1e-999\nj 18446744073709551615\n',
  [
    untyped('a', 1),
    untyped('b', -0.0015),
    untyped('c', 0.5),
    untyped('d', 5),
    untyped('e', Number.POSITIVE_INFINITY),
    untyped('f', Number.NEGATIVE_INFINITY),
    untyped('g', Number.NaN),
    untyped('h', Number.POSITIVE_INFINITY),
    untyped('i', 0),
    untyped('j', 18446744073709552000),
  ],
);
parses('uppercase types and comments without a blank', '#TYPE a GAUGE\n#HELP a  b \na 1\n', [
  { name: 'a', type: 'gauge', help: 'b ', series: [{ labels: {}, value: 1 }] },
]);

rejects('a file without a final newline', 'a 1\nb 2', 'expected a newline after "b 2"');
rejects('a timestamp', 'a 1 1700000000000\n', 'unexpected timestamp or blank after the number in "a 1 1700000000000"');
rejects('a blank after the number', 'a 1 \n', 'unexpected timestamp or blank after the number in "a 1 "');
rejects('a carriage return', 'a 1\r\n', 'expected a number, got "1\\r" in "a 1\\r"');
rejects('a sample without a number', 'a{x="1"}\n', 'expected a number, got "" in "a{x=\\"1\\"}"');
rejects('a hexadecimal number', 'a 0x1\n', 'expected a number, got "0x1" in "a 0x1"');
rejects('a number too large for a double', 'a 1e999\n', 'expected a number, got "1e999" in "a 1e999"');
rejects('a name that starts with a digit', '1a 1\n', 'expected a metric name in "1a 1"');
rejects('a name in quotes', '{"a"} 1\n', 'expected a metric name in "{\\"a\\"} 1"');
rejects('a comment with an invalid name', '# HELP 1a b\n', 'expected a metric name in "# HELP 1a b"');
rejects('an unknown type', '# TYPE a info\n', 'unknown type in "# TYPE a info"');
rejects('a second type', '# TYPE a gauge\n# TYPE a gauge\n', 'unexpected second or late type in "# TYPE a gauge"');
rejects('a type after a sample', 'a 1\n# TYPE a gauge\n', 'unexpected second or late type in "# TYPE a gauge"');
rejects('a second help', '# HELP a b\n# HELP a b\n', 'unexpected second help in "# HELP a b"');
rejects('a label without quotes', 'a{x=1} 1\n', 'expected label="value" in "a{x=1} 1"');
rejects('labels without a closing brace', 'a{x="1" 1\n', 'expected label="value" in "a{x=\\"1\\" 1"');
rejects('labels without a comma', 'a{x="1"y="2"} 1\n', 'expected label="value" in "a{x=\\"1\\"y=\\"2\\"} 1"');
rejects('a duplicate label', 'a{x="1",x="2"} 1\n', 'duplicate label x in "a{x=\\"1\\",x=\\"2\\"} 1"');
rejects('a reserved label', 'a{__name__="b"} 1\n', 'reserved label __name__ in "a{__name__=\\"b\\"} 1"');
rejects('an unknown escape', 'a{x="\\t"} 1\n', 'unknown escape in "a{x=\\"\\\\t\\"} 1"');
rejects('an unknown escape in a help', '# HELP a \\"\n', 'unknown escape in "# HELP a \\\\\\""');
rejects('invalid UTF-8 in a label', 'a{x="\ufffd"} 1\n', 'invalid UTF-8 in a label in "a{x=\\"\ufffd\\"} 1"');
rejects(
  'a word for a bound',
  '# TYPE a histogram\na_bucket{le="x"} 1\n',
  'expected a number, got "x" in a quantile or bound',
);
survives(BACKUP, LATENCY);

/** Names a text whose good lines remain, with the values of the series by family, and the problems. */
function keeps(
  title: string,
  text: string,
  expected: Readonly<Record<string, readonly unknown[]>>,
  problems: readonly string[],
) {
  test(`parseExposition() ${title}`, () => {
    const reported: string[] = [];
    const families = parseExpositionAtOnce(text, ({ message }) => reported.push(message));
    const values = families.map(({ name, series }) => [name, series.map(({ value }) => value)]);
    assert.deepEqual({ values: Object.fromEntries(values), reported }, { values: expected, reported: problems });
  });
}

keeps('leaves out bad lines of gauges', '# TYPE a gauge\na{x="1"} 1\na{x=1} 2\n"\n9 1\na{x="3"} 3\n', { a: [1, 3] }, [
  'expected label="value" in "a{x=1} 2"',
  'expected a metric name in "\\""',
  'expected a metric name in "9 1"',
]);
keeps(
  'leaves out a bad help, but not its family',
  '# HELP a \\x\na 1\n# HELP b 1\n# HELP b 2\nb 2\n',
  { a: [1], b: [2] },
  ['unknown escape in "# HELP a \\\\x"', 'unexpected second help in "# HELP b 2"'],
);
keeps(
  'leaves out a second or late type, but not its family',
  '# TYPE a gauge\n# TYPE a counter\na 1\nb 2\n# TYPE b gauge\n# TYPE s summary\n# TYPE s summary\n# HELP s \\x\ns_sum 3\n',
  { a: [1], b: [2], s: [{ quantiles: [], sum: 3, count: 0 }] },
  [
    'unexpected second or late type in "# TYPE a counter"',
    'unexpected second or late type in "# TYPE b gauge"',
    'unexpected second or late type in "# TYPE s summary"',
    'unknown escape in "# HELP s \\\\x"',
  ],
);
keeps('leaves out the family of a bad type', '# TYPE a coutner\na 1\nb 2\n', { b: [2] }, [
  'unknown type in "# TYPE a coutner"',
]);
keeps(
  'leaves out a histogram with a bad line and no other family',
  `${LATENCY}job_seconds_count{job="b"} x\nwait_seconds_other 1\n`,
  {
    wait_seconds: [
      {
        quantiles: [
          [0.5, 2],
          [0.9, 7],
        ],
        sum: 11,
        count: 3,
      },
    ],
    wait_seconds_other: [1],
  },
  ['expected a number, got "x" in "job_seconds_count{job=\\"b\\"} x"'],
);
keeps('leaves out a summary with a bad quantile', '# TYPE s summary\ns{quantile="x"} 1\ns_count 2\nt 3\n', { t: [3] }, [
  'expected a number, got "x" in a quantile or bound',
]);
keeps('leaves out a last line without a newline', 'a 1\nb 2', { a: [1] }, ['expected a newline after "b 2"']);
keeps('leaves out a summary whose last line has no newline', '# TYPE s summary\ns_sum 1\ns_count 2', {}, [
  'expected a newline after "s_count 2"',
]);
