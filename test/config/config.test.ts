import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineCollector } from '../../src/collection/collector.ts';
import { type Config, parseConfig, readConfig } from '../../src/config/config.ts';
import { readFlags } from '../../src/config/early-flags.ts';
import { variableOf } from '../../src/config/environment.ts';
import { PROGRAM_FLAGS } from '../../src/config/program-flags.ts';
import { pattern, toggle } from '../../src/flags/flag.ts';
import { Mistakes } from '../../src/flags/mistakes.ts';
import { UsageError } from '../../src/flags/usage-error.ts';
import { withFile } from '../support/config-file.ts';

const nothing = () => ({ families: [], collect: () => undefined });
const definitions = [
  defineCollector({ name: 'loadavg', help: 'Load', create: nothing }),
  defineCollector({ name: 'stat', help: 'Totals', flags: { softirq: toggle('Softirqs.') }, create: nothing }),
  defineCollector({ name: 'rare', help: 'Rare', enabled: false, create: nothing }),
];

function read(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Config {
  return readConfig({ argv, env, definitions });
}

const names = (config: Config): string[] => config.collectors.map(({ name }) => name);

test("readConfig() restricts a collector with enabled: 'semconv' to semconv passes unless a flag enables it", () => {
  const slow = defineCollector({ name: 'slow', help: 'Slow', enabled: 'semconv', create: nothing });
  const passes = (...argv: readonly string[]) =>
    readConfig({ argv, env: {}, definitions: [slow] }).collectors.map(({ create }) => create({}).convention ?? 'all');
  assert.deepEqual(passes(), ['semconv']);
  assert.deepEqual(passes('--collector.slow'), ['all']);
  assert.deepEqual(passes('--no-collector.slow'), []);
  assert.deepEqual(passes('--collector.disable-defaults'), []);
  assert.deepEqual(passes('--collector.disable-defaults', '--collector.slow'), ['all']);
});

test('readConfig() returns the defaults without flags, variables and file', () => {
  const config = read();
  assert.deepEqual(config.listen, [{ host: undefined, port: 23333 }]);
  assert.equal(config.values['web.telemetry-path'], '/metrics');
  assert.equal(config.values['web.max-requests'], 40);
  assert.equal(config.values['collector.timeout'], 5);
  assert.equal(config.hostname, undefined);
  assert.deepEqual(names(config), ['loadavg', 'stat']);
  assert.equal(config.flagValues['collector.stat.softirq'], false);
  assert.ok(Object.isFrozen(config));
});

test('readConfig() accepts values after = and after a space', () => {
  const config = read([
    '--log.level=debug',
    '--hostname',
    'web-1',
    '--collector.stat.softirq',
    '--no-collector.loadavg',
  ]);
  assert.equal(config.values['log.level'], 'debug');
  assert.equal(config.hostname, 'web-1');
  assert.equal(config.flagValues['collector.stat.softirq'], true);
  assert.deepEqual(names(config), ['stat']);
});

test('readConfig() accepts listen addresses with names, IPv4, IPv6 and without host', () => {
  const config = read([
    '--web.listen-address=:9100',
    '--web.listen-address=127.0.0.1:9101',
    '--web.listen-address=[::1]:9102',
    '--web.listen-address=localhost:0',
  ]);
  assert.deepEqual(config.listen, [
    { host: undefined, port: 9100 },
    { host: '127.0.0.1', port: 9101 },
    { host: '::1', port: 9102 },
    { host: 'localhost', port: 0 },
  ]);
  assert.deepEqual(read(['--web.listen-port=9100']).listen, [{ host: undefined, port: 9100 }]);
});

test('readConfig() prefers a flag to a variable, and a variable to the file', async () => {
  const content = 'log.level: error\nlog.format: json\nhostname: from-file\n';
  await withFile(content, (file) => {
    const env = { EXPORTER_LOG_LEVEL: 'warn', EXPORTER_LOG_FORMAT: 'logfmt', EXPORTER_CONFIG_FILE: file };
    const { values } = read(['--log.level=debug'], env);
    assert.deepEqual([values['log.level'], values['log.format'], values.hostname], ['debug', 'logfmt', 'from-file']);
  });
});

test('readConfig() reads lists from the lines of a variable and from the file', async () => {
  const env = { EXPORTER_WEB_LISTEN_ADDRESS: ':1\n:2\n' };
  assert.deepEqual(
    read([], env).listen,
    [1, 2].map((port) => ({ host: undefined, port })),
  );
  await withFile('web.listen-address: [":3", ":4"]\ncollector.rare: true\ncollector.stat: false\n', (file) => {
    const config = read([`--config.file=${file}`]);
    assert.deepEqual(
      config.listen,
      [3, 4].map((port) => ({ host: undefined, port })),
    );
    assert.deepEqual(names(config), ['loadavg', 'rare']);
  });
});

test('readConfig() with --collector.disable-defaults returns the collectors that a flag or variable enables', () => {
  assert.deepEqual(names(read(['--collector.disable-defaults'])), []);
  assert.deepEqual(names(read(['--collector.disable-defaults', '--collector.rare', '--collector.stat'])), [
    'stat',
    'rare',
  ]);
  assert.deepEqual(names(read(['--collector.disable-defaults'], { EXPORTER_COLLECTOR_STAT: 'true' })), ['stat']);
});

test('readConfig() reads the environment variables of OpenTelemetry and Kubernetes', () => {
  const config = read([], {
    OTEL_SERVICE_NAME: 'agents',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod, team=a%20b,',
    NODE_NAME: 'node-1',
    POD_NAME: 'pod-1',
    POD_UID: '',
    EXPORTER_OF_SOMETHING_ELSE: 'whatever',
  });
  assert.deepEqual(config.otel, {
    serviceName: 'agents',
    resourceAttributes: { 'deployment.environment.name': 'prod', team: 'a b' },
    kubernetes: { 'k8s.node.name': 'node-1', 'k8s.pod.name': 'pod-1' },
    isPod: false,
  });
  assert.equal(read([], { KUBERNETES_SERVICE_HOST: '10.0.0.1' }).otel.isPod, true);
  assert.equal(config.hostname, 'node-1');
  assert.equal(read(['--hostname=flag'], { NODE_NAME: 'node-1' }).hostname, 'flag');
});

test('readConfig() warns of misspelled variables only', () => {
  const env = {
    EXPORTER_LOG_LEVL: 'debug',
    EXPORTER_COLLECTOR_LOADAGV: 'false',
    EXPORTER_WEB_LISTEN_PORT: '9100',
    // This variable sets a flag of a module that is not loaded.
    EXPORTER_COLLECTOR_QUEUE: 'true',
    // Kubernetes sets these variables for two Services: "exporter" and "exporter-collector".
    ...Object.fromEntries(
      ['EXPORTER', 'EXPORTER_COLLECTOR'].flatMap((service) => [
        [`${service}_PORT`, 'tcp://10.0.0.1:23333'],
        [`${service}_PORT_23333_TCP_ADDR`, '10.0.0.1'],
        [`${service}_SERVICE_HOST`, '10.0.0.1'],
        [`${service}_SERVICE_PORT`, '23333'],
        [`${service}_SERVICE_PORT_METRICS`, '23333'],
      ]),
    ),
    LOG_LEVL: 'debug',
  };
  assert.deepEqual(read([], env).warnings, [
    'Ignoring variable EXPORTER_LOG_LEVL; did you mean EXPORTER_LOG_LEVEL?',
    'Ignoring variable EXPORTER_COLLECTOR_LOADAGV; did you mean EXPORTER_COLLECTOR_LOADAVG?',
  ]);
});

test('variableOf() replaces characters that variable names cannot contain', () => {
  assert.equal(variableOf('web.listen-address'), 'EXPORTER_WEB_LISTEN_ADDRESS');
  assert.equal(variableOf('path.udev.data'), 'EXPORTER_PATH_UDEV_DATA');
});

test('readConfig() returns the collectors that a flag, variable or key enables', async () => {
  await withFile('collector.rare: true\n', (file) => {
    const config = read(['--collector.stat', '--no-collector.loadavg', `--config.file=${file}`]);
    assert.deepEqual([...config.requestedCollectors], ['stat', 'rare']);
  });
  assert.deepEqual([...read([], { EXPORTER_COLLECTOR_LOADAVG: 'true' }).requestedCollectors], ['loadavg']);
  assert.deepEqual([...read().requestedCollectors], []);
});

test('readConfig() does not count a key with the default value as a request', async () => {
  await withFile('collector.stat: true\ncollector.loadavg: true\ncollector.rare: true\n', (file) => {
    const config = read([`--config.file=${file}`]);
    assert.deepEqual(names(config), ['loadavg', 'stat', 'rare']);
    assert.deepEqual([...config.requestedCollectors], ['rare']);
  });
});

test('readConfig() returns the default itself for a key with its value', async () => {
  const filters = defineCollector({
    name: 'filters',
    help: 'Filters',
    flags: { exclude: pattern('Excluded.', '^(a|b)$') },
    create: nothing,
  });
  const flag = filters.flags['collector.filters.exclude'];
  const excluded = (argv: readonly string[]) =>
    readConfig({ argv, env: {}, definitions: [filters] }).flagValues['collector.filters.exclude'];
  await withFile('collector.filters.exclude: ^(a|b)$\n', (file) => {
    assert.equal(excluded([`--config.file=${file}`]), flag?.default);
  });
  assert.notEqual(excluded(['--collector.filters.exclude=^(a|b)$']), flag?.default);
});

test('readConfig() lets the exporter stop with npm exec, and with no other parent', () => {
  assert.equal(read([], { npm_command: 'exec', npm_lifecycle_event: 'npx' }).stopsWithParent, true);
  assert.equal(read([], { npm_command: 'run-script' }).stopsWithParent, false);
  assert.equal(read().stopsWithParent, false);
});

test('readConfig() rejects all mistakes at once, each in a line', async () => {
  await withFile('log.format: xml\nlog.levle: debug\nhostname: [a]\n', (file) => {
    const argv = [
      ...['--xyzzy=1', '--collector.stat=maybe', '--log.level=loud', '--log.level=info', 'serve'],
      ...['--web.listen-address=a', '--web.listen-address=b:99999', '--web.telemetry-path=metrics'],
      ...['--metrics.namespace=my-node', '--otlp.endpoint=x', '--otlp.client-key=k', '--metrics.exporter=otlp'],
      ...['--path.unknown', '/x', `--config.file=${file}`],
    ];
    assert.throws(
      () => read(argv),
      new UsageError(
        'Unknown flag --xyzzy',
        'Repeated flag --log.level: expected one value',
        'Unexpected argument "serve"',
        'Unknown flag --path.unknown',
        `Unknown key log.levle in ${file}; did you mean log.level?`,
        `Unexpected list for key hostname in ${file}: expected one value`,
        'Invalid value "loud" for flag --log.level: expected one of debug, info, warn, error',
        `Invalid value "xml" for key log.format in ${file}: expected one of logfmt, json`,
        'Invalid value "maybe" for flag --collector.stat: expected true or false',
        'Invalid value "my-node" for flag --metrics.namespace: expected letters, digits and underscores',
        'Invalid value "metrics" for flag --web.telemetry-path: expected a path',
        'Invalid value "a" for flag --web.listen-address: expected host:port',
        'Invalid value "b:99999" for flag --web.listen-address: expected a port from 0 to 65535',
        'Invalid value "x" for flag --otlp.endpoint: expected a URL such as http://localhost:4318',
        'Cannot use only one of the flags --otlp.client-certificate and --otlp.client-key: expected both',
      ),
    );
  });
});

test('parseConfig() without all definitions reports unknown flags except those of collectors', () => {
  const mistakes = new Mistakes();
  const argv = ['--collector.queue.size', '5', '--no-collector.queue', '--log.levl=info', 'serve'];
  parseConfig({ argv, env: {}, definitions, isComplete: false }, mistakes);
  assert.throws(
    () => mistakes.throwIfAny(),
    new UsageError('Unknown flag --log.levl; did you mean --log.level?', 'Unexpected argument "serve"'),
  );
});

test('parseConfig() returns a default in the place of a mistake', () => {
  const mistakes = new Mistakes();
  const argv = ['--log.level=loud', '--web.listen-address=a', '--web.listen-address=:1', '--metrics.exporter=x'];
  const config = parseConfig({ argv, env: {}, definitions }, mistakes);
  assert.equal(mistakes.isEmpty, false);
  assert.equal(config.values['log.level'], 'info');
  assert.deepEqual(config.listen, [{ host: undefined, port: 1 }]);
  assert.deepEqual(config.outputs, { scraped: true, otlp: undefined });
});

test('readFlags() reports the mistakes in the requested flags, and returns defaults in their places', () => {
  const { 'log.level': level, 'log.format': format, 'collector.module': modules } = PROGRAM_FLAGS;
  const mistakes = new Mistakes();
  const argv = ['--log.level=loud', '--log.format=xml', '--web.max-requests=many', '--collector.module=a'];
  assert.deepEqual(
    readFlags({ argv, env: {} }, { 'log.level': level, 'log.format': format, 'collector.module': modules }, mistakes),
    { 'log.level': 'info', 'log.format': 'logfmt', 'collector.module': ['a'] },
  );
  assert.throws(
    () => mistakes.throwIfAny(),
    new UsageError(
      'Invalid value "loud" for flag --log.level: expected one of debug, info, warn, error',
      'Invalid value "xml" for flag --log.format: expected one of logfmt, json',
    ),
  );
});

function rejects(
  what: string,
  argv: readonly string[],
  message: string,
  env: Readonly<Record<string, string>> = {},
): void {
  test(`readConfig() rejects ${what}`, () => {
    assert.throws(() => read(argv, env), { name: 'UsageError', message });
  });
}

rejects('an unknown flag', ['--colector.stat'], 'Unknown flag --colector.stat; did you mean --collector.stat?');
rejects('a flag with the name of an inherited property', ['--constructor'], 'Unknown flag --constructor');
rejects('an argument with the name of an inherited property', ['__proto__'], 'Unexpected argument "__proto__"');
rejects('an unknown flag that resembles no other', ['--xyzzy=1'], 'Unknown flag --xyzzy');
rejects(
  'an unknown collector that a flag disables',
  ['--no-collector.lodavg'],
  'Unknown flag --no-collector.lodavg; did you mean --no-collector.loadavg?',
);
rejects(
  '--no- before a flag with a value',
  ['--no-log.level'],
  'Unknown flag --no-log.level; did you mean --log.level?',
);
rejects('an argument that is not a flag', ['serve'], 'Unexpected argument "serve"');
rejects('a flag without its value', ['--hostname'], 'Missing value for flag --hostname');
rejects('a repeated flag', ['--log.level=info', '--log.level=warn'], 'Repeated flag --log.level: expected one value');
rejects(
  'an unknown choice',
  ['--log.level=loud'],
  'Invalid value "loud" for flag --log.level: expected one of debug, info, warn, error',
);
rejects(
  'a value that is not a number',
  ['--web.max-requests=many'],
  'Invalid value "many" for flag --web.max-requests: expected an integer from 0 to 1000000',
);
rejects(
  'a duration without a unit',
  ['--collector.timeout=5'],
  'Invalid value "5" for flag --collector.timeout: expected a duration such as 5s, from 50ms to 3600s',
);
rejects(
  'a switch with a value',
  ['--collector.stat=maybe'],
  'Invalid value "maybe" for flag --collector.stat: expected true or false',
);
rejects(
  'an address without a port',
  ['--web.listen-address=localhost'],
  'Invalid value "localhost" for flag --web.listen-address: expected host:port',
);
rejects(
  'a port above 65535',
  ['--web.listen-address=:99999'],
  'Invalid value ":99999" for flag --web.listen-address: expected a port from 0 to 65535',
);
rejects(
  'a port combined with an address',
  ['--web.listen-port=1', '--web.listen-address=:2'],
  'Cannot combine the flags --web.listen-port and --web.listen-address',
);
rejects(
  'a namespace that metric names cannot contain',
  ['--metrics.namespace=my-node'],
  'Invalid value "my-node" for flag --metrics.namespace: expected letters, digits and underscores',
);
rejects(
  'an invalid value of a variable',
  [],
  'Invalid value "yes" for variable EXPORTER_COLLECTOR_STAT: expected true or false',
  { EXPORTER_COLLECTOR_STAT: 'yes' },
);
rejects('a file that does not exist', ['--config.file=/nowhere/x.yaml'], 'Cannot read /nowhere/x.yaml: ENOENT');

function rejectsFile(what: string, content: string, message: (file: string) => string): void {
  test(`readConfig() rejects a file with ${what}`, async () => {
    await withFile(content, (file) => {
      assert.throws(() => read([`--config.file=${file}`]), { name: 'UsageError', message: message(file) });
    });
  });
}

rejectsFile(
  'an unknown key',
  'log.levle: debug\n',
  (file) => `Unknown key log.levle in ${file}; did you mean log.level?`,
);
rejectsFile(
  'a key with the name of an inherited property',
  'constructor: true\n',
  (file) => `Unknown key constructor in ${file}`,
);
rejectsFile(
  'an invalid value',
  'log.level: 5\n',
  (file) => `Invalid value "5" for key log.level in ${file}: expected one of debug, info, warn, error`,
);
rejectsFile(
  'a list for a flag with one value',
  'log.level: [a, b]\n',
  (file) => `Unexpected list for key log.level in ${file}: expected one value`,
);
rejectsFile(
  'a mapping as a value',
  'log.level: {a: b}\n',
  (file) => `Unexpected value for key log.level in ${file}: expected text, a number or a boolean`,
);
rejectsFile(
  'a list instead of a mapping',
  '- log.level\n',
  (file) => `Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`,
);
rejectsFile(
  'invalid YAML, and does not show the line',
  'log.level: debug\npassword: "hunter2\n',
  (file) => `Cannot parse ${file}: invalid YAML in line 3 (MISSING_CHAR)`,
);

rejectsFile(
  'an alias without an anchor',
  'log.level: *unknown\n',
  (file) => `Cannot parse ${file}: invalid YAML (ReferenceError)`,
);

test('the configuration file is read once for a command line, because it may be a pipe', async () => {
  const flags = { 'log.level': PROGRAM_FLAGS['log.level'] };
  const argv = await withFile('log.level: debug\n', (file) => {
    const once = [`--config.file=${file}`];
    assert.deepEqual(readFlags({ argv: once, env: {} }, flags, new Mistakes()), { 'log.level': 'debug' });
    return once;
  });
  assert.equal(read(argv).values['log.level'], 'debug');
});

test('an invalid configuration file is a mistake each time, although it is read once', async () => {
  const { argv, expected } = await withFile('- a\n', (file) => {
    const once = [`--config.file=${file}`];
    const mistakes = new Mistakes();
    readFlags({ argv: once, env: {} }, {}, mistakes);
    const error = new UsageError(`Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`);
    assert.throws(() => mistakes.throwIfAny(), error);
    return { argv: once, expected: error };
  });
  // The file has been removed since the first read.
  assert.throws(() => read(argv), expected);
});

test('readConfig() accepts an empty file', async () => {
  await withFile('# nothing yet\n', (file) =>
    assert.equal(read([`--config.file=${file}`]).values['log.level'], 'info'),
  );
});

test('readConfig() accepts the path of a Unix socket', () => {
  assert.deepEqual(read(['--web.listen-address=unix:///run/exporter.sock', '--web.listen-address=:1']).listen, [
    { path: '/run/exporter.sock' },
    { host: undefined, port: 1 },
  ]);
});

for (const [address, reason] of [
  ['unix://exporter.sock', 'expected an absolute path of at most 107 bytes'],
  [`unix:///${'a'.repeat(107)}`, 'expected an absolute path of at most 107 bytes'],
  ['vsock://:9100', 'Node.js has no sockets of type vsock'],
] as const) {
  test(`readConfig() rejects the address ${address.slice(0, 20)}`, () => {
    assert.throws(
      () => read([`--web.listen-address=${address}`]),
      new UsageError(`Invalid value "${address}" for flag --web.listen-address: ${reason}`),
    );
  });
}

test('readConfig() with --web.systemd-socket has the sockets that systemd passes', () => {
  const env = { LISTEN_PID: String(process.pid), LISTEN_FDS: '1' };
  assert.deepEqual(read(['--web.systemd-socket'], env).listen, [{ fd: 3 }]);
  assert.deepEqual(read(['--web.systemd-socket']).listen, []);
  assert.deepEqual(read([], env).listen, [{ host: undefined, port: 23333 }]);
});
