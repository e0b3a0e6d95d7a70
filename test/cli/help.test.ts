import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from '../../src/cli/help.ts';
import { defineCollector } from '../../src/collection/collector.ts';
import { collectors } from '../../src/collectors/index.ts';
import { OTEL_NODE_EXPORTER } from '../../src/config/app-info.ts';
import { flagsOf, PROGRAM_FLAGS } from '../../src/config/program-flags.ts';
import { deprecated, type Flags, ignored, pattern, text } from '../../src/flags/flag.ts';

const app = OTEL_NODE_EXPORTER;
const ALL = flagsOf(collectors);

function isListed(help: string, name: string): boolean {
  return new RegExp(`^ {2}--(\\[no-\\])?${name.replaceAll('.', '\\.')}[ =\\n]`, 'm').test(help);
}

function unlistedIn(help: string): readonly string[] {
  return Object.keys(ALL).filter((name) => !isListed(help, name));
}

test('helpText() of --help lists every flag that is not deprecated and has an effect', () => {
  const help = helpText(ALL, { app, columns: undefined, isLong: false });
  const expected = Object.entries(ALL).flatMap(([name, { unlisted }]) => (unlisted === true ? [name] : []));
  assert.deepEqual(unlistedIn(help), expected);
});

test('helpText() of --help-long lists every flag', () => {
  assert.deepEqual(unlistedIn(helpText(ALL, { app, columns: undefined, isLong: true })), []);
});

for (const [columns, width] of [
  [undefined, 120],
  [200, 120],
  [120, 120],
  [80, 80],
  [20, 60],
] as const) {
  test(`helpText() has lines of at most ${width} characters for ${columns ?? 'no'} columns`, () => {
    for (const isLong of [false, true]) {
      const help = helpText(ALL, { app, columns, isLong });
      assert.deepEqual(
        help.split('\n').filter((line) => line.length > width),
        [],
      );
    }
  });
}

const DEFINITIONS = [
  defineCollector({
    name: 'arp',
    help: 'Neighbours of network devices',
    flags: {
      'device-include': pattern('Network devices to include.', `^(${'eth0|'.repeat(13)}lo)$`),
      old: deprecated(pattern('Old name of device-include.')),
    },
    create: () => ({ families: [], collect: () => undefined }),
  }),
  defineCollector({
    name: 'slow',
    help: 'Values that take very long to read, and that only very few of the people who run an exporter ever need',
    enabled: false,
    create: () => ({ families: [], collect: () => undefined }),
  }),
];

const FLAGS: Flags = {
  'log.level': PROGRAM_FLAGS['log.level'],
  'redis.addr': text('URL of Redis.', 'URL', 'redis://127.0.0.1:6379'),
  'web.listen-address': PROGRAM_FLAGS['web.listen-address'],
  help: PROGRAM_FLAGS.help,
  'runtime.gomaxprocs': ignored('this program has no Go runtime'),
  ...Object.fromEntries(Object.entries(flagsOf(DEFINITIONS)).filter(([name]) => /^collector\.(arp|slow)\b/.test(name))),
};

test('helpText() of a custom exporter puts its flags first, wraps descriptions, and omits long defaults', () => {
  assert.equal(
    helpText(FLAGS, { app: { name: 'redis_exporter', subject: 'system' }, columns: 80, isLong: false }),
    `Usage: redis_exporter [flags]

Each flag can also be set by an environment variable
(EXPORTER_WEB_LISTEN_ADDRESS for --web.listen-address) and by a key of the same
name in the file of --config.file. A flag takes precedence over a variable, and
a variable over the file.

Exporter:
  --redis.addr=URL  URL of Redis. (default: redis://127.0.0.1:6379)

Configuration:
  --[no-]help  Print this help and exit.

Web:
  --web.listen-address=ADDRESS …  Address to listen on, as host:port,
                                  [ipv6]:port, :port or unix:///path. (default:
                                  :23333)

Log:
  --log.level=debug|info|warn|error
                                    Minimum level of log messages. (default:
                                    info)

Collectors that run by default:
  --[no-]collector.arp  Neighbours of network devices.

Collectors that run if a flag enables them:
  --[no-]collector.slow  Values that take very long to read, and that only very
                         few of the people who run an exporter ever need.

Flags of collectors:
  --collector.arp.device-include=REGEXP
                                    Network devices to include. (default: see
                                    --help-long)
`,
  );
});

test('helpText() of --help-long breaks words that are longer than a line', () => {
  const help = helpText(FLAGS, { app: { name: 'redis_exporter', subject: 'system' }, columns: 80, isLong: true });
  assert.equal(
    help.slice(help.indexOf('Flags of collectors:')),
    `Flags of collectors:
  --collector.arp.device-include=REGEXP
                                    Network devices to include. (default:
                                    ^(eth0|eth0|eth0|eth0|eth0|eth0|eth0|eth0|et
                                    h0|eth0|eth0|eth0|eth0|lo)$)

Deprecated flags and flags without effect:
  --runtime.gomaxprocs=VALUE …  No effect: this program has no Go runtime.
  --collector.arp.old=REGEXP    Old name of device-include.
`,
  );
});

test('helpText() of otel-node-exporter names the collectors of node_exporter that are not supported', () => {
  const last = (isLong: boolean) => helpText(ALL, { app, columns: 80, isLong }).split('\n\n').at(-1);
  assert.equal(
    last(false),
    `These collectors of node_exporter are not supported: drm, ethtool,
network_route, nvmesubsystem, perf, qdisc, runit, supervisord, wifi. --help-long
also lists flags of node_exporter that are deprecated or have no effect here.
`,
  );
  assert.equal(
    last(true),
    `These collectors of node_exporter are not supported: drm, ethtool,
network_route, nvmesubsystem, perf, qdisc, runit, supervisord, wifi.
`,
  );
});
