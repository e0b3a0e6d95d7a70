import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { CollectorLog } from '../../src/app/collector-log.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { containers } from '../../src/collectors/containers.ts';
import { CGROUP2, cgroup, ID_A, ID_B, netDev, processFiles } from '../support/cgroup-files.ts';
import { createHostTree, type Files, type HostTree } from '../support/host-tree.ts';
import { startGrpcServer, startHttpServer, startRawServer } from '../support/unix-servers.ts';

const A = `sys/fs/cgroup/docker/${ID_A}`;
const B = `sys/fs/cgroup/docker/${ID_B}`;

/** The files of a container without defects. */
function container(directory: string, pid: number): Files {
  return {
    ...cgroup(directory, {
      'cgroup.procs': `${pid}\n`,
      'cpu.stat': 'usage_usec 1500000\n',
      'memory.current': '5000\n',
      'memory.max': '9000\n',
      'memory.stat': 'anon 1000\ninactive_file 400\n',
      'pids.current': '2\n',
    }),
    ...processFiles(pid, { net: netDev('eth0', 7) }),
  };
}

const DOCKER_STATE = 'root/var/lib/docker/containers';

/** Two containers. Only the second one has a name. */
const HEALTHY: Files = {
  ...CGROUP2,
  ...container(A, 800),
  ...container(B, 801),
  'proc/801/net/dev': netDev('eth1', 8),
  [`${DOCKER_STATE}/${ID_B}/config.v2.json`]: JSON.stringify({ Name: '/web', Config: { Env: ['SECRET=hunter2'] } }),
};

const PASSES = 3;

interface Collected {
  /** Series of the first container, which may have a defective file. Format: `memory_usage_bytes 5000`. */
  readonly series: readonly string[];
  /** Name of the first container. */
  readonly name: unknown;
  /** Series of the second container. */
  readonly neighbour: readonly string[];
  /** State of the collector in each pass. */
  readonly state: string | undefined;
  /** Log messages of all passes. */
  readonly log: readonly string[];
}

/** Collects both containers in several passes, and asserts that all passes return the same series. */
async function collectBoth(machine: HostTree, flags: Readonly<Record<string, unknown>> = {}): Promise<Collected> {
  const log: string[] = [];
  const write = (line: string): void => void log.push(String(JSON.parse(line).msg).replaceAll(machine.root, ''));
  const outcomes = new CollectorLog(pino({ base: null }, { write }));
  const defaults = Object.fromEntries(Object.entries(containers.flags).map(([name, flag]) => [name, flag.default]));
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: [containers.create({ ...defaults, ...flags })],
    selfMetrics: [],
    observe: (outcome) => outcomes.log(outcome),
  });
  const collected: Omit<Collected, 'log'>[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const { families, results } = await gatherer.gather({ deadline: performance.now() + 60_000 });
    const samples = families.flatMap(({ family, samples }) =>
      [...samples].map(({ labels: { id, name, ...more }, value }) => ({ id: String(id), name, family, more, value })),
    );
    const ofA = samples.filter(({ id }) => !id.endsWith(ID_B) && id !== 'undefined');
    const ofB = samples.filter(({ id }) => id.endsWith(ID_B));
    collected.push({
      series: ofA.map(({ family, value }) => `${family.name.replace('container_', '')} ${String(value)}`),
      name: ofA.map(({ name }) => name).find((name) => name !== undefined),
      neighbour: ofB.map((sample) => JSON.stringify({ ...sample, family: sample.family.name })).toSorted(),
      state: results[0]?.state,
    });
  }
  const [first, ...others] = collected;
  assert.ok(first);
  for (const other of others) assert.deepEqual(other, first);
  return { ...first, log };
}

async function collectHealthy(): Promise<Collected> {
  await using machine = await createHostTree(HEALTHY);
  return await collectBoth(machine);
}

test('containers collects two containers without defects completely', async () => {
  const { series, neighbour, ...rest } = await collectHealthy();
  assert.deepEqual(rest, { name: undefined, state: 'ok', log: [] });
  assert.equal(series.length, 18);
  assert.equal(neighbour.length, series.length);
});

interface Loss {
  /** Matches the names of the lost series without the prefix `container_`. */
  readonly lost?: RegExp;
  /** Series that appear in place of the lost series. */
  readonly replacement?: readonly string[];
  readonly log?: readonly string[];
}

/** Tests which series of the first container are lost because of a defect in its files. */
function costs(defect: string, files: Files, { lost = /^$/, replacement = [], log = [] }: Loss): void {
  test(`${defect} affects its container only, and is ${log.length === 0 ? 'not logged' : 'logged once'}`, async () => {
    const healthy = await collectHealthy();
    await using machine = await createHostTree({ ...HEALTHY, ...files });
    const { series, ...rest } = await collectBoth(machine);
    const remaining = healthy.series.filter((line) => !lost.test(line));
    assert.deepEqual(series.toSorted(), [...remaining, ...replacement].toSorted());
    const state = log.length === 0 ? 'ok' : 'failed';
    assert.deepEqual(rest, { name: undefined, neighbour: healthy.neighbour, state, log });
  });
}

const LIMIT = /^spec_memory_limit_bytes/;
costs(
  'a memory limit of 2^63',
  { [`${A}/memory.max`]: '9223372036854775808\n' },
  {
    lost: LIMIT,
    replacement: ['spec_memory_limit_bytes 0'],
  },
);
costs(
  'a memory limit of "max"',
  { [`${A}/memory.max`]: 'max\n' },
  {
    lost: LIMIT,
    replacement: ['spec_memory_limit_bytes 0'],
  },
);
costs(
  'a memory limit that is not a number',
  { [`${A}/memory.max`]: 'plenty\n' },
  {
    lost: LIMIT,
    log: [`Cannot parse /${A}/memory.max: expected a number, got "plenty"`],
  },
);
costs(
  'a damaged file',
  { [`${A}/memory.stat`]: 'anon 1000\ninactive_f' },
  {
    lost: /^memory_(working_set|total_inactive_file)_bytes/,
  },
);
costs(
  'a directory in place of a file',
  { [`${A}/cpu.max/`]: '' },
  {
    log: [`Cannot read /${A}/cpu.max: is a directory`],
  },
);
/** Additional files of the first container, for the tests of their values. */
const MORE: Files = cgroup(A, {
  'cpu.stat': 'usage_usec 1500000\nnr_periods 4\nnr_throttled 3\nthrottled_usec 250000\n',
  'cpu.max': '25000 100000\n',
  'cpu.weight': '100\n',
  'memory.peak': '7000\n',
  'memory.swap.current': '80\n',
  'memory.events': 'max 7\noom_kill 1\n',
  'io.stat': '254:0 rbytes=1 wbytes=2 rios=3 wios=4\n8:0 rbytes=5 wbytes=6 rios=7 wios=8\n',
  'cpu.pressure': 'some avg10=0.00 total=1000000\nfull avg10=0.00 total=500000\n',
});

/**
 * Tests that the content of one file causes the loss of these series of the first container.
 *
 * @param lost names of the series in alphabetical order
 */
function costsSeries(path: string, text: string, lost: readonly string[], error: string): void {
  test(`${path.replace(`${A}/`, '')} with ${JSON.stringify(text)} affects the values of this file only`, async () => {
    const collectNames = async (files: Files): Promise<Collected> => {
      await using machine = await createHostTree({ ...HEALTHY, ...MORE, ...files });
      return await collectBoth(machine);
    };
    const [complete, damaged] = [await collectNames({}), await collectNames({ [path]: text })];
    const missing = complete.series.filter((line) => !damaged.series.includes(line));
    assert.deepEqual(missing.map((line) => line.split(' ')[0]).toSorted(), lost);
    assert.equal(damaged.series.length, complete.series.length - missing.length);
    if (path.startsWith(A)) assert.deepEqual(damaged.neighbour, complete.neighbour);
    assert.deepEqual(damaged.log, [`Cannot parse /${path}: ${error}`]);
  });
}

costsSeries(
  `${A}/cpu.stat`,
  '\0\0',
  [
    'cpu_cfs_periods_total',
    'cpu_cfs_throttled_periods_total',
    'cpu_cfs_throttled_seconds_total',
    'cpu_usage_seconds_total',
  ],
  'expected lines of a key and a number, got "\\u0000\\u0000"',
);
costsSeries(
  `${A}/cpu.stat`,
  'usage_usec -5\nnr_periods 4\nnr_throttled 3\nthrottled_usec 250000\n',
  ['cpu_usage_seconds_total'],
  'expected an unsigned number, got "-5" in "usage_usec -5"',
);
costsSeries(`${A}/cpu.max`, 'lots 100000\n', ['spec_cpu_quota'], 'expected a number, got "lots" in "lots 100000"');
costsSeries(`${A}/cpu.weight`, '-5\n', ['spec_cpu_shares'], 'expected an unsigned integer, got "-5"');
costsSeries(
  `${A}/memory.current`,
  '-1\n',
  ['memory_usage_bytes', 'memory_working_set_bytes'],
  'expected an unsigned integer, got "-1"',
);
costsSeries(`${A}/memory.peak`, '', ['memory_max_usage_bytes'], 'expected an unsigned integer, got ""');
costsSeries(`${A}/memory.swap.current`, 'x\n', ['memory_swap'], 'expected an unsigned integer, got "x"');
costsSeries(
  `${A}/memory.events`,
  'max 7\noom_kill many\n',
  ['oom_events_total'],
  'expected a number, got "many" in "oom_kill many"',
);
costsSeries(
  `${A}/io.stat`,
  '254:0 rbytes=1 wbytes=x rios=3 wios=4\n8:0 rbytes=5 wbytes=6 rios=7 wios=8\n',
  ['fs_writes_bytes_total'],
  'expected a number, got "x" in "254:0 rbytes=1 wbytes=x rios=3 wios=4"',
);
costsSeries(
  `${A}/cpu.pressure`,
  'some avg10=0.00 total=soon\nfull avg10=0.00 total=500000\n',
  ['pressure_cpu_waiting_seconds_total'],
  'expected a number, got "soon" in "some avg10=0.00 total=soon"',
);
costsSeries(`${A}/pids.current`, '-2\n', ['threads'], 'expected an unsigned integer, got "-2"');
costsSeries(`${A}/cgroup.procs`, '800\nnone\n', ['processes'], 'expected a process ID, got "none"');
costsSeries('proc/stat', 'btime soon\n', ['start_time_seconds'], 'expected a number, got "soon" in "btime soon"');

costs(
  'a state file cut in half',
  { [`${DOCKER_STATE}/${ID_A}/config.v2.json`]: '{"Name": "/web", "Config": {"Env": ["SECRET=hun' },
  { log: [`Cannot parse /${DOCKER_STATE}/${ID_A}/config.v2.json: expected JSON`] },
);
costs(
  'a state file of an unexpected shape',
  { [`${DOCKER_STATE}/${ID_A}/config.v2.json`]: '{"Name": ["/web"], "Config": [1, null]}' },
  {},
);
test('an absent memory limit affects the limit only', async () => {
  const healthy = await collectHealthy();
  await using machine = await createHostTree(HEALTHY);
  await machine.remove(`${A}/memory.max`);
  const { series, ...rest } = await collectBoth(machine);
  assert.deepEqual(
    series,
    healthy.series.filter((line) => !LIMIT.test(line)),
  );
  assert.deepEqual(rest, { name: undefined, neighbour: healthy.neighbour, state: 'ok', log: [] });
});

test('kubernetesLogs does not follow the links of log files', async () => {
  const healthy = await collectHealthy();
  const log = `root/var/log/containers/pod_space_app-${ID_A}.log`;
  await using machine = await createHostTree({ ...HEALTHY, [log]: { link: '../../../../../../etc/shadow' } });
  const { series, neighbour } = await collectBoth(machine);
  assert.deepEqual({ series, neighbour }, { series: healthy.series, neighbour: healthy.neighbour });
});

test('an id with quotes and newlines affects no other series', async () => {
  const healthy = await collectHealthy();
  const files = Object.fromEntries(
    Object.entries(HEALTHY).map(([path, content]) => [path.replace(A, 'sys/fs/cgroup/lxc.payload.a"b\nc\\d'), content]),
  );
  await using machine = await createHostTree(files);
  const { name, ...rest } = await collectBoth(machine);
  assert.equal(name, 'a"b\nc\\d');
  assert.deepEqual(rest, { series: healthy.series, neighbour: healthy.neighbour, state: 'ok', log: [] });
});

test('a cgroup that is removed during a pass is no failure', async () => {
  const healthy = await collectHealthy();
  await using machine = await createHostTree(HEALTHY);
  await using docker = await startHttpServer((_, response) => {
    // The exporter sends this request after it has listed the cgroups and before it reads their files.
    void machine.remove(A).then(() => response.end('[]'));
  });
  assert.deepEqual(await collectBoth(machine, { 'containers.docker-socket': docker.path }), {
    ...healthy,
    series: [],
  });
});

/** Tests that only the metadata from a defective socket is lost. */
function costsMetadata(
  defect: string,
  start: () => ReturnType<typeof startRawServer>,
  message: RegExp,
  { flag = 'docker', socketTimeoutMs }: { readonly flag?: 'docker' | 'cri'; readonly socketTimeoutMs?: number } = {},
): void {
  test(`a ${flag} socket that ${defect} affects its metadata only, and is logged once`, async () => {
    const healthy = await collectHealthy();
    await using socket = await start();
    await using machine = await createHostTree(HEALTHY, socketTimeoutMs === undefined ? {} : { socketTimeoutMs });
    const { log, ...rest } = await collectBoth(machine, { [`containers.${flag}-socket`]: socket.path });
    assert.deepEqual({ ...rest, log: [] }, { ...healthy, state: 'failed' });
    assert.equal(log.length, 1, log.join('\n'));
    assert.match(log[0] ?? '', message);
  });
}

/** Matches the message of the timeout of the socket, or of the timeout of the metadata source, which is 100 ms later. */
const TIMED_OUT = /: no (answer|response) within (2000|2100) ms$/;
/** A timeout that is long enough for the other sources, which read files. */
const TIMEOUT_MS = 2000;
const TOO_MUCH = Buffer.alloc(33 * 1024 * 1024, '[');

costsMetadata('never responds', () => startRawServer(() => undefined), TIMED_OUT, { socketTimeoutMs: TIMEOUT_MS });
costsMetadata(
  'responds with garbage',
  () => startRawServer((socket) => socket.end('hello\n')),
  /^Cannot read .*: Parse Error: /,
);
costsMetadata(
  'closes the connection',
  () => startRawServer((socket) => socket.destroy()),
  /: (broken pipe|connection reset by peer|socket hang up)$/,
);
costsMetadata(
  'responds with status 500',
  () => startHttpServer((_, response) => response.writeHead(500).end('oops')),
  /returned status 500$/,
);
costsMetadata(
  'responds with incomplete JSON',
  () => startHttpServer((_, response) => response.end('[{"Id": "a')),
  /: expected JSON$/,
);
costsMetadata(
  'responds with an object in place of a list',
  () => startHttpServer((_, response) => response.end('{}')),
  /expected a list of containers$/,
);
costsMetadata(
  'responds with too many bytes',
  () => startHttpServer((_, response) => response.end(TOO_MUCH)),
  /: response larger than 33554432 bytes$/,
);
costsMetadata(
  'never completes a response',
  () => startHttpServer((_, response) => response.write('[{"Id": "a')),
  TIMED_OUT,
  { socketTimeoutMs: TIMEOUT_MS },
);
const CRI = { flag: 'cri' } as const;
costsMetadata('never responds', () => startRawServer(() => undefined), TIMED_OUT, {
  ...CRI,
  socketTimeoutMs: TIMEOUT_MS,
});
costsMetadata('responds with garbage', () => startRawServer((socket) => socket.end('hello\n')), /^Cannot read /, CRI);
costsMetadata('implements no method', () => startGrpcServer({}), /returned status 12$/, CRI);
costsMetadata(
  'responds with too many bytes',
  () =>
    startGrpcServer({
      '/runtime.v1.RuntimeService/ListContainers': TOO_MUCH,
      '/runtime.v1.RuntimeService/ListPodSandbox': Buffer.alloc(0),
    }),
  /: response larger than 33554432 bytes$/,
  CRI,
);
costsMetadata(
  'responds with a damaged message',
  () =>
    startGrpcServer({
      '/runtime.v1.RuntimeService/ListContainers': Buffer.from([10, 200]),
      '/runtime.v1.RuntimeService/ListPodSandbox': Buffer.alloc(0),
    }),
  /^Cannot parse .*ListContainers of .*: expected 1 bytes at byte 2$/,
  CRI,
);
costsMetadata(
  'does not exist',
  async () => ({ path: '/nowhere/docker.sock', [Symbol.asyncDispose]: async () => undefined }),
  /^Cannot find \/nowhere\/docker.sock: ENOENT$/,
);
