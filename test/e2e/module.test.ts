import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriesValuesOf } from '../support/otlp-json.ts';
import { startReceiver } from '../support/otlp-receiver.ts';
import { getText, PROGRAM, type Program, runToEnd, waitForOutput } from './support/program.ts';
import { createTempDirectory, type TempDirectory } from './support/temp-directory.ts';

// These modules contain custom collectors. The bundled program loads them from a directory without packages.

const QUEUE = `
import { type Collector, counter, gauge, summary } from 'otel-node-exporter';
import { queues } from './queues.ts';

const depth = gauge('queue_depth', 'Waiting jobs by queue.', ['queue']);
const passes = counter('passes', 'Passes: a counter without the suffix _total.');
const waits = summary('queue_wait_seconds', 'Waiting times of jobs in seconds.');
waits.observe(2);

export const queue: Collector = {
  name: 'queue',
  families: [depth, passes, waits],
  collect(host, emit) {
    passes.inc();
    for (const [name, jobs] of queues) emit(depth, jobs, { queue: name });
  },
};
`;

const FILES = {
  'queue.ts': QUEUE,
  'queues.ts': `export const queues: readonly [string, number][] = [['mail', 3], ['print', 0]];`,
  'plain.js': `
    const { gauge, defineCollector, text } = require('otel-node-exporter');
    const size = gauge('plain_size', 'Size.', ['path']);
    module.exports = {
      plain: defineCollector({
        name: 'plain', help: 'A size', flags: { path: text('Path to measure.', 'PATH', '/') },
        create: ({ path }) => ({ families: [size], collect: (_, emit) => emit(size, 7, { path }) }),
      }),
    };`,
  'package.json': '{}',
  'node_modules/jobs/package.json': '{"name":"jobs","type":"module","exports":{"import":"./jobs.js"}}',
  'node_modules/jobs/jobs.js': `
    import { AbsentError, gauge } from 'otel-node-exporter';
    const jobs = gauge('jobs', 'Jobs.');
    export default { name: 'jobs', families: [jobs], collect() { throw new AbsentError('no jobs on this host'); } };`,
  'node_modules/typed/package.json': '{"name":"typed","type":"module","exports":"./typed.ts"}',
  'node_modules/typed/typed.ts': `export const typed: number = 1;`,
  'sub/depth.ts': `
    import { gauge } from 'otel-node-exporter';
    export const depth = { name: 'depth', families: [gauge('depth', 'D.')], collect() {} };`,
  'empty.ts': `export const depth = 7;`,
  'broken.ts': `import { gauge } from 'otel-node-exporter';\nthrow new Error(\`Cannot find \${typeof gauge}\`);`,
  'damaged.mjs': 'export const damaged = {;\n};\n',
  'enum.ts': `enum A { B }\nexport const a = A.B;`,
  'cpu.ts': `
    import { gauge } from 'otel-node-exporter';
    export const cpu = { name: 'cpu', families: [gauge('a', 'A.')], collect() {} };`,
  'load.ts': `
    import { gauge } from 'otel-node-exporter';
    export const mine = { name: 'mine', families: [gauge('node_load1', 'L.')], collect() {} };`,
  'again.ts': `
    import { gauge } from 'otel-node-exporter';
    export const again = { name: 'again', families: [gauge('queue_depth', 'D.')], collect() {} };`,
  'dashed.ts': `
    import { gauge } from 'otel-node-exporter';
    export const dashed = { name: 'dashed', families: [gauge('queue-depth', 'D.')], collect() {} };`,
  'twice.ts': `
    import { gauge } from 'otel-node-exporter';
    const value = gauge('twice', 'T.', ['a']);
    export const twice = {
      name: 'twice', families: [value],
      collect(_: unknown, emit: any) { emit(value, 1, { a: 'x' }); emit(value, 2, { a: 'x' }); emit(value, 3, { a: 'y' }); },
    };`,
  'hanging.ts': `
    import { gauge } from 'otel-node-exporter';
    export const hanging = { name: 'hanging', families: [gauge('hanging', 'H.')], collect: () => new Promise(() => {}) };`,
  'spinning.ts': `
    import { gauge } from 'otel-node-exporter';
    let runs = 0;
    export const spinning = {
      name: 'spinning', families: [gauge('spinning', 'S.')],
      collect() { runs += 1; if (runs > 1) process.stderr.write('spinning\\n'); while (runs > 1); },
    };`,
  'exporter.yaml': 'collector.module: [./queue.ts, jobs]\ncollector.disable-defaults: true\n',
};

const shared: { directory?: TempDirectory } = {};
before(async () => {
  shared.directory = await createTempDirectory(FILES);
});
after(() => shared.directory?.[Symbol.asyncDispose]());

function directory(): TempDirectory {
  assert.ok(shared.directory);
  return shared.directory;
}

/** Returns a command line of the program with these flags. The only built-in collector is loadavg. */
function command(...flags: readonly string[]): readonly string[] {
  return [process.execPath, PROGRAM, '--collector.disable-defaults', '--collector.loadavg', ...flags];
}

function start(...flags: readonly string[]): Promise<Program> {
  return directory().start(...command(...flags));
}

/** Returns the lines of `/metrics` that match a pattern. The number of passes varies and is replaced by N. */
async function linesOf(program: Program, pattern: RegExp, query = ''): Promise<string[]> {
  const lines = (await getText(`${program.url}/metrics${query}`)).split('\n').filter((line) => pattern.test(line));
  // If the pass at startup is still running, the first scrape uses its result. Therefore the number of passes varies.
  return lines.map((line) => line.replace(/^passes [1-9]$/, 'passes N'));
}

const SUCCESS = /^node_scrape_collector_success/;

test('--collector.module loads TypeScript, and the page contains its families as declared', async () => {
  await using program = await start('--collector.module=./queue.ts');
  assert.deepEqual(await linesOf(program, /^(# TYPE )?(queue_|passes)/), [
    '# TYPE queue_depth gauge',
    'queue_depth{queue="mail"} 3',
    'queue_depth{queue="print"} 0',
    '# TYPE passes counter',
    'passes N',
    '# TYPE queue_wait_seconds summary',
    'queue_wait_seconds{quantile="0.5"} 2.003695632298881',
    'queue_wait_seconds{quantile="0.9"} 2.003695632298881',
    'queue_wait_seconds{quantile="0.99"} 2.003695632298881',
    'queue_wait_seconds_sum 2',
    'queue_wait_seconds_count 1',
  ]);
  assert.deepEqual(await linesOf(program, SUCCESS), [
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="queue"} 1',
  ]);
  assert.doesNotMatch(program.output(), /Warning/);
});

test('--collector.module loads a file whose path does not start with ./', async () => {
  await using program = await start('--collector.module=queue.ts', '--collector.module=sub/depth.ts');
  assert.deepEqual(await linesOf(program, SUCCESS), [
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="queue"} 1',
    'node_scrape_collector_success{collector="depth"} 1',
  ]);
});

test('--collector.module loads CommonJS and collectors with flags', async () => {
  await using program = await start('--collector.module=./plain.js', '--collector.plain.path=/var');
  assert.deepEqual(await linesOf(program, /^plain/), ['plain_size{path="/var"} 7']);
});

test('--collector.module can be set by the file and the environment, and loads packages', async () => {
  const [node = '', script = ''] = command();
  await using fromFile = await directory().start(node, script, '--config.file=exporter.yaml');
  assert.deepEqual(await linesOf(fromFile, SUCCESS), [
    'node_scrape_collector_success{collector="queue"} 1',
    'node_scrape_collector_success{collector="jobs"} 0',
  ]);
  await using fromVariable = await directory().start('EXPORTER_COLLECTOR_MODULE=./queue.ts\njobs', ...command());
  assert.deepEqual(await linesOf(fromVariable, /^node_exporter_scrape_errors_total/), [
    'node_exporter_scrape_errors_total{collector="loadavg"} 0',
    'node_exporter_scrape_errors_total{collector="queue"} 0',
    // An absent collector does not count as an error.
    'node_exporter_scrape_errors_total{collector="jobs"} 0',
  ]);
});

test('collectors of modules can be disabled by flags and selected by collect[]', async () => {
  const both = ['--collector.module=./queue.ts', '--collector.module=./plain.js'];
  await using program = await start(...both, '--no-collector.queue');
  assert.deepEqual(await linesOf(program, SUCCESS), [
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="plain"} 1',
  ]);
  assert.deepEqual(await linesOf(program, SUCCESS, '?collect[]=plain'), [
    'node_scrape_collector_success{collector="plain"} 1',
  ]);
});

for (const naming of ['semconv', 'prometheus']) {
  test(`collectors of modules are pushed under their declared names with --otlp.naming=${naming}`, async () => {
    await using receiver = await startReceiver();
    const push = [`--otlp.endpoint=${receiver.url}`, '--otlp.interval=2s', `--otlp.naming=${naming}`];
    await using program = await start('--collector.module=./queue.ts', ...push);
    await receiver.untilReceived(1);
    program.child.kill('SIGTERM');
    await program.ended;
    const [first] = receiver.received[0]?.resourceMetrics ?? [];
    assert.ok(first);
    const readings = [...seriesValuesOf(first).keys()].filter((key) => /^\w+ (queue_|passes)/.test(key));
    assert.deepEqual(readings.toSorted(), [
      'counter passes{}',
      'gauge queue_depth{queue="mail"}',
      'gauge queue_depth{queue="print"}',
      'gauge queue_wait_seconds_count{}',
      'gauge queue_wait_seconds_sum{}',
      'gauge queue_wait_seconds{quantile="0.5"}',
      'gauge queue_wait_seconds{quantile="0.9"}',
      'gauge queue_wait_seconds{quantile="0.99"}',
    ]);
  });
}

test('--metrics.namespace does not rename families of modules without the prefix node', async () => {
  await using program = await start('--collector.module=./queue.ts', '--metrics.namespace=acme');
  assert.equal((await linesOf(program, /^acme_load1 /)).length, 1);
  assert.deepEqual(await linesOf(program, /^(queue_depth|passes)/), [
    'queue_depth{queue="mail"} 3',
    'queue_depth{queue="print"} 0',
    'passes N',
  ]);
});

test('invalid samples of a module are dropped, and only its collector fails', async () => {
  await using program = await start('--collector.module=./twice.ts', '--collector.module=./queue.ts');
  assert.deepEqual(await linesOf(program, /^twice/), ['twice{a="x"} 1', 'twice{a="y"} 3']);
  assert.deepEqual(await linesOf(program, SUCCESS), [
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="twice"} 0',
    'node_scrape_collector_success{collector="queue"} 1',
  ]);
  assert.match(
    program.output(),
    /level=error msg="Cannot emit twice\{a=\\"x\\"\} with the value \\"2\\": the series already has the value \\"1\\" of collector twice" collector=twice/,
  );
});

test('a hanging collector of a module fails at the deadline and delays no other', async () => {
  await using program = await start('--collector.module=./hanging.ts', '--collector.timeout=100ms');
  assert.deepEqual(await linesOf(program, SUCCESS), [
    'node_scrape_collector_success{collector="loadavg"} 1',
    'node_scrape_collector_success{collector="hanging"} 0',
  ]);
});

test('the health check fails if a module blocks the event loop', async () => {
  await using program = await start('--collector.module=./spinning.ts', '--web.listen-address=127.0.0.1:0');
  const address = new URL(program.url).host;
  const check = () => runToEnd(['--healthcheck', `--web.listen-address=${address}`]);
  assert.equal((await check()).code, 0);
  const scrape = fetch(`${program.url}/metrics`).catch(() => undefined);
  await waitForOutput(program, /^spinning$/m);
  const { code, output } = await check();
  assert.deepEqual(
    { code, output },
    { code: 1, output: `otel-node-exporter: Cannot get http://${address}/health: no response within 3000 ms\n` },
  );
  program.child.kill('SIGKILL');
  await scrape;
});

const invalid: readonly (readonly [modules: readonly string[], message: RegExp])[] = [
  [['./cpu.ts'], /^Cannot run collector cpu of \.\/cpu\.ts: otel-node-exporter already has the flag --collector\.cpu$/],
  [
    ['./queue.ts', './queue.ts'],
    /^Cannot run collector queue of \.\/queue\.ts: \.\/queue\.ts already has the flag --collector\.queue$/,
  ],
  [
    ['./load.ts'],
    /^Cannot run collector mine of \.\/load\.ts: collector loadavg of otel-node-exporter already has the metric name node_load1 of family node_load1$/,
  ],
  [
    ['./queue.ts', './again.ts'],
    /^Cannot run collector again of \.\/again\.ts: collector queue of \.\/queue\.ts already has the metric name queue_depth of family queue_depth$/,
  ],
  [['./dashed.ts'], /^Cannot run collector dashed of \.\/dashed\.ts: "queue-depth" is not a valid metric name$/],
  [['./empty.ts'], /^Cannot use module \.\/empty\.ts: it exports no collector$/],
  [['./broken.ts'], /^Cannot load module \.\/broken\.ts: Cannot find function \(\/.*\/broken\.ts:\d+:\d+\)$/],
  [
    ['./damaged.mjs'],
    /^Cannot load module \.\/damaged\.mjs: Unexpected token ';'; run node --check on the module and its imports to find the line$/,
  ],
  [
    ['./enum.ts'],
    /^Cannot load module \.\/enum\.ts: TypeScript enum is not supported in strip-only mode \(\/.*\/enum\.ts:\d+\)$/,
  ],
  [['./none.ts'], /^Cannot load module \.\/none\.ts: Cannot find module '.*none\.ts'/],
  [
    ['sub/none.ts'],
    /^Cannot load module sub\/none\.ts: found neither a file nor a package of this name in \/tmp\/.*\/$/,
  ],
  [
    ['./none.ts', 'jobs', './empty.ts'],
    /^Cannot load module \.\/none\.ts: .*\notel-node-exporter: Cannot use module \.\/empty\.ts: it exports no collector$/,
  ],
  [
    ['typed'],
    /^Cannot load module typed: Node\.js does not run TypeScript in node_modules; the package has to contain JavaScript$/,
  ],
  [['otel-node-exporter'], /^Cannot use module otel-node-exporter: it exports no collector$/],
];

for (const [modules, message] of invalid) {
  test(`--collector.module rejects ${modules.join(' with ')} before the exporter listens`, async () => {
    const flags = modules.map((module) => `--collector.module=${module}`);
    for (const args of [flags, [...flags, '--config.check']]) {
      const { code, output } = await directory().runToEnd(...command(...args));
      assert.match(output.replace(/^otel-node-exporter: /, '').trimEnd(), message);
      assert.equal(code, 1);
    }
  });
}

test('--help lists collectors of modules', async () => {
  const { code, output } = await directory().runToEnd(...command('--collector.module=./plain.js', '--help'));
  assert.equal(code, 0);
  assert.match(
    output,
    /^Collectors that run by default:\n {2}.*^ {2}--\[no-\]collector\.plain +A size\.\n.*^Flags of collectors:\n.*^ {2}--collector\.plain\.path=PATH +Path to measure\. \(default: \/\)\n/ms,
  );
});
