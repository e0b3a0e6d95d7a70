import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { helpText } from '../../src/cli/help.ts';
import { printConfig } from '../../src/cli/print-config.ts';
import { defineCollector } from '../../src/collection/collector.ts';
import { type Config, flagsOf, OUR_FLAGS, readConfig, readSome } from '../../src/config/config.ts';
import { variableOf } from '../../src/config/sources.ts';
import { secret, toggle } from '../../src/flags/flag.ts';

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

async function withFile<T>(content: string, use: (file: string) => T): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'config-'));
  const file = join(directory, 'exporter.yaml');
  await writeFile(file, content);
  try {
    return use(file);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('readConfig() runs a collector that the conventions want in their passes, and in others when it is asked for', () => {
  const slow = defineCollector({ name: 'slow', help: 'Slow', enabled: 'semconv', create: nothing });
  const passes = (...argv: readonly string[]) =>
    readConfig({ argv, env: {}, definitions: [slow] }).collectors.map(({ create }) => create({}).convention ?? 'all');
  assert.deepEqual(passes(), ['semconv']);
  assert.deepEqual(passes('--collector.slow'), ['all']);
  assert.deepEqual(passes('--no-collector.slow'), []);
  assert.deepEqual(passes('--collector.disable-defaults'), []);
  assert.deepEqual(passes('--collector.disable-defaults', '--collector.slow'), ['all']);
});

test('readConfig() gives the defaults when nothing is written', () => {
  const config = read();
  assert.deepEqual(config.listen, [{ host: undefined, port: 23333 }]);
  assert.equal(config.values['web.telemetry-path'], '/metrics');
  assert.equal(config.values['web.max-requests'], 40);
  assert.equal(config.values['collector.timeout'], 5);
  assert.equal(config.hostname, undefined);
  assert.deepEqual(names(config), ['loadavg', 'stat']);
  assert.equal(config.all['collector.stat.softirq'], false);
  assert.ok(Object.isFrozen(config));
});

test('readConfig() reads flags with = and with a blank', () => {
  const config = read([
    '--log.level=debug',
    '--hostname',
    'web-1',
    '--collector.stat.softirq',
    '--no-collector.loadavg',
  ]);
  assert.equal(config.values['log.level'], 'debug');
  assert.equal(config.hostname, 'web-1');
  assert.equal(config.all['collector.stat.softirq'], true);
  assert.deepEqual(names(config), ['stat']);
});

test('readConfig() reads addresses of all kinds', () => {
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

test('readConfig() takes the flag before the variable, the variable before the file', async () => {
  const content = 'log.level: error\nlog.format: json\nhostname: from-file\n';
  await withFile(content, (file) => {
    const env = { EXPORTER_LOG_LEVEL: 'warn', EXPORTER_LOG_FORMAT: 'logfmt', EXPORTER_CONFIG_FILE: file };
    const { values } = read(['--log.level=debug'], env);
    assert.deepEqual([values['log.level'], values['log.format'], values.hostname], ['debug', 'logfmt', 'from-file']);
  });
});

test('readConfig() reads lists from lines of a variable and from the file', async () => {
  const env = { EXPORTER_WEB_LISTEN_ADDRESS: ':1\n:2\n' };
  assert.deepEqual(
    read([], env).listen.map(({ port }) => port),
    [1, 2],
  );
  await withFile('web.listen-address: [":3", ":4"]\ncollector.rare: true\ncollector.stat: false\n', (file) => {
    const config = read([`--config.file=${file}`]);
    assert.deepEqual(
      config.listen.map(({ port }) => port),
      [3, 4],
    );
    assert.deepEqual(names(config), ['loadavg', 'rare']);
  });
});

test('readConfig() runs only what is asked for without the defaults', () => {
  assert.deepEqual(names(read(['--collector.disable-defaults'])), []);
  assert.deepEqual(names(read(['--collector.disable-defaults', '--collector.rare', '--collector.stat'])), [
    'stat',
    'rare',
  ]);
  assert.deepEqual(names(read(['--collector.disable-defaults'], { EXPORTER_COLLECTOR_STAT: 'true' })), ['stat']);
});

test('readConfig() reads the variables of OpenTelemetry and Kubernetes', () => {
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
  });
  assert.equal(config.hostname, 'node-1');
  assert.equal(read(['--hostname=flag'], { NODE_NAME: 'node-1' }).hostname, 'flag');
});

test('readConfig() warns of a variable that looks like one of ours, and of no other', () => {
  const env = {
    EXPORTER_LOG_LEVL: 'debug',
    EXPORTER_COLLECTOR_LOADAGV: 'false',
    EXPORTER_WEB_LISTEN_PORT: '9100',
    // Of a module that is not loaded.
    EXPORTER_COLLECTOR_QUEUE: 'true',
    // What Kubernetes tells of services called "exporter" and "exporter-collector".
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

test('variableOf() replaces what a variable cannot hold', () => {
  assert.equal(variableOf('web.listen-address'), 'EXPORTER_WEB_LISTEN_ADDRESS');
  assert.equal(variableOf('path.udev.data'), 'EXPORTER_PATH_UDEV_DATA');
});

function refuses(
  what: string,
  argv: readonly string[],
  message: string,
  env: Readonly<Record<string, string>> = {},
): void {
  test(`readConfig() refuses ${what}`, () => {
    assert.throws(() => read(argv, env), { name: 'UsageError', message });
  });
}

refuses('an unknown flag', ['--colector.stat'], 'Unknown flag --colector.stat; did you mean --collector.stat?');
refuses('a flag that nobody meant', ['--xyzzy=1'], 'Unknown flag --xyzzy');
refuses(
  'an unknown collector that is turned off',
  ['--no-collector.lodavg'],
  'Unknown flag --no-collector.lodavg; did you mean --no-collector.loadavg?',
);
refuses('a value that is turned off', ['--no-log.level'], 'Unknown flag --no-log.level; did you mean --log.level?');
refuses('a word without a flag', ['serve'], 'Unexpected argument "serve"');
refuses('a flag without its value', ['--hostname'], 'No value for flag --hostname');
refuses('a flag given twice', ['--log.level=info', '--log.level=warn'], 'More than one flag --log.level');
refuses(
  'a choice that is none',
  ['--log.level=loud'],
  'Bad value "loud" for flag --log.level: expected one of debug, info, warn, error',
);
refuses(
  'a number that is none',
  ['--web.max-requests=many'],
  'Bad value "many" for flag --web.max-requests: expected an integer from 0 to 1000000',
);
refuses(
  'a duration without a unit',
  ['--collector.timeout=5'],
  'Bad value "5" for flag --collector.timeout: expected a duration such as 5s, from 50ms to 3600s',
);
refuses(
  'a switch with a value',
  ['--collector.stat=maybe'],
  'Bad value "maybe" for flag --collector.stat: expected true or false',
);
refuses(
  'an address without a port',
  ['--web.listen-address=localhost'],
  'Bad value "localhost" for flag --web.listen-address: expected host:port',
);
refuses(
  'a port that is none',
  ['--web.listen-address=:99999'],
  'Bad value ":99999" for flag --web.listen-address: expected a port from 0 to 65535',
);
refuses(
  'a port and an address',
  ['--web.listen-port=1', '--web.listen-address=:2'],
  'Flags --web.listen-port and --web.listen-address exclude each other',
);
refuses(
  'a namespace that no metric can begin with',
  ['--metric.namespace=my-node'],
  'Bad value "my-node" for flag --metric.namespace: expected letters, digits and underscores',
);
refuses(
  'a bad value of a variable',
  [],
  'Bad value "yes" for variable EXPORTER_COLLECTOR_STAT: expected true or false',
  { EXPORTER_COLLECTOR_STAT: 'yes' },
);
refuses(
  'attributes that are none',
  [],
  'Bad value for variable OTEL_RESOURCE_ATTRIBUTES: expected key=value,key=value',
  { OTEL_RESOURCE_ATTRIBUTES: 'token' },
);
refuses('a file that is not there', ['--config.file=/nowhere/x.yaml'], 'Cannot read /nowhere/x.yaml: ENOENT');

function refusesFile(what: string, content: string, message: (file: string) => string): void {
  test(`readConfig() refuses a file with ${what}`, async () => {
    await withFile(content, (file) => {
      assert.throws(() => read([`--config.file=${file}`]), { name: 'UsageError', message: message(file) });
    });
  });
}

refusesFile(
  'an unknown key',
  'log.levle: debug\n',
  (file) => `Unknown key log.levle in ${file}; did you mean log.level?`,
);
refusesFile(
  'a bad value',
  'log.level: 5\n',
  (file) => `Bad value "5" for key log.level of ${file}: expected one of debug, info, warn, error`,
);
refusesFile('two values for one', 'log.level: [a, b]\n', (file) => `Expected one value for key log.level of ${file}`);
refusesFile(
  'a map for a value',
  'log.level: {a: b}\n',
  (file) => `Expected a plain value for key log.level of ${file}`,
);
refusesFile(
  'a list',
  '- log.level\n',
  (file) => `Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`,
);
refusesFile(
  'no YAML in it',
  'log.level: debug\npassword: "hunter2\n',
  (file) => `Cannot parse ${file}: line 3 is no YAML (MISSING_CHAR)`,
);

refusesFile(
  'an alias of nothing',
  'log.level: *unknown\n',
  (file) => `Cannot parse ${file}: it is no YAML (ReferenceError)`,
);

test('a file is read once for a command line, however often that is looked at: it may be a pipe', async () => {
  const flags = { 'log.level': OUR_FLAGS['log.level'] };
  const argv = await withFile('log.level: debug\n', (file) => {
    const given = [`--config.file=${file}`];
    assert.deepEqual(readSome({ argv: given, env: {} }, flags), { 'log.level': 'debug' });
    return given;
  });
  assert.equal(read(argv).values['log.level'], 'debug');
});

test('readConfig() takes an empty file for no configuration', async () => {
  await withFile('# nothing yet\n', (file) =>
    assert.equal(read([`--config.file=${file}`]).values['log.level'], 'info'),
  );
});

test('printConfig() prints YAML that reads back as the same configuration', async () => {
  const argv = [
    '--log.level=debug',
    '--web.listen-address=[::1]:1',
    '--collector.timeout=250ms',
    '--no-collector.stat',
  ];
  const config = read(argv);
  const flags = flagsOf(definitions);
  await withFile(printConfig(config.all, flags), (file) => {
    const again = read([`--config.file=${file}`]);
    assert.deepEqual({ ...again.all, 'config.file': '' }, config.all);
  });
});

test('printConfig() leaves out what is asked of one start, and addresses beside a port', async () => {
  const config = read(['--config.print', '--web.listen-port=9100']);
  await withFile(printConfig(config.all, flagsOf(definitions)), (file) => {
    const again = read([`--config.file=${file}`]);
    assert.deepEqual({ ...again.all, 'config.file': '', 'config.print': true }, config.all);
    assert.deepEqual(again.listen, [{ host: undefined, port: 9100 }]);
  });
});

test('printConfig() names a secret and does not show it', () => {
  const flags = { 'api.token': secret('A token.', 'TOKEN'), 'other.token': secret('Another token.', 'TOKEN') };
  assert.equal(
    printConfig({ 'api.token': 'hunter2', 'other.token': '' }, flags),
    'api.token: <redacted>\nother.token: ""\n',
  );
});

test('helpText() shows every flag with its default', () => {
  const flags = flagsOf(definitions);
  const help = helpText(flags);
  for (const [name, { unlisted }] of Object.entries(flags))
    if (!unlisted) assert.match(help, new RegExp(`^  --(\\[no-\\])?${name.replaceAll('.', '\\.')}\\b`, 'm'));
  assert.match(help, /--web\.listen-address=ADDRESS …\n.*\(default: :23333\)/);
});
