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

/** A container like any other. */
function container(folder: string, pid: number): Files {
  return {
    ...cgroup(folder, {
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

const DOCKER_FOLDER = 'root/var/lib/docker/containers';

/** Two containers, of which the second has a name. */
const MACHINE: Files = {
  ...CGROUP2,
  ...container(A, 800),
  ...container(B, 801),
  'proc/801/net/dev': netDev('eth1', 8),
  [`${DOCKER_FOLDER}/${ID_B}/config.v2.json`]: JSON.stringify({ Name: '/web', Config: { Env: ['SECRET=hunter2'] } }),
};

const PASSES = 3;

interface Seen {
  /** The series of the container that has something wrong, as `memory_usage_bytes 5000`, without its names. */
  readonly own: readonly string[];
  /** What it is called. */
  readonly name: unknown;
  /** All that is said of its neighbour. */
  readonly neighbour: readonly string[];
  /** What was logged in several passes. */
  readonly log: readonly string[];
}

/** What is seen of the two containers, in each of several passes the same. */
async function look(machine: HostTree, flags: Readonly<Record<string, unknown>> = {}): Promise<Seen> {
  const log: string[] = [];
  const write = (line: string): void => void log.push(String(JSON.parse(line).msg).replaceAll(machine.root, ''));
  const outcomes = new CollectorLog(pino({ base: null }, { write }));
  const defaults = Object.fromEntries(Object.entries(containers.flags).map(([name, flag]) => [name, flag.default]));
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: [containers.create({ ...defaults, ...flags })],
    selfMetrics: [],
    observe: (outcome) => outcomes.observe(outcome),
  });
  const seen: Omit<Seen, 'log'>[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const { families } = await gatherer.gather({ deadline: performance.now() + 60_000 });
    const samples = families.flatMap(({ family, samples }) =>
      [...samples].map(({ labels: { id, name, ...more }, value }) => ({ id: String(id), name, family, more, value })),
    );
    const ofA = samples.filter(({ id }) => !id.endsWith(ID_B) && id !== 'undefined');
    const ofB = samples.filter(({ id }) => id.endsWith(ID_B));
    seen.push({
      own: ofA.map(({ family, value }) => `${family.name.replace('container_', '')} ${String(value)}`),
      name: ofA.map(({ name }) => name).find((name) => name !== undefined),
      neighbour: ofB.map((sample) => JSON.stringify({ ...sample, family: sample.family.name })).toSorted(),
    });
  }
  const [first, ...others] = seen;
  assert.ok(first);
  for (const other of others) assert.deepEqual(other, first);
  return { ...first, log };
}

/** What is seen of the two when nothing is wrong. */
async function lookAtHealthy(): Promise<Seen> {
  await using machine = await createHostTree(MACHINE);
  return await look(machine);
}

test('of two containers with nothing wrong everything is there', async () => {
  const { own, neighbour, ...rest } = await lookAtHealthy();
  assert.deepEqual(rest, { name: undefined, log: [] });
  assert.equal(own.length, 18);
  assert.equal(neighbour.length, own.length);
});

interface Cost {
  /** What it has lost, as families without `container_`. */
  readonly lost?: RegExp;
  /** What it has instead. */
  readonly instead?: readonly string[];
  readonly log?: readonly string[];
}

/** Something is wrong with one container: it costs no more than this, and is logged once in several passes. */
function costs(what: string, files: Files, { lost = /^$/, instead = [], log = [] }: Cost): void {
  test(`${what} costs its own container no more than it has to, and is logged once`, async () => {
    const healthy = await lookAtHealthy();
    await using machine = await createHostTree({ ...MACHINE, ...files });
    const seen = await look(machine);
    assert.deepEqual(seen.own.toSorted(), [...healthy.own.filter((line) => !lost.test(line)), ...instead].toSorted());
    assert.deepEqual(
      { name: seen.name, neighbour: seen.neighbour, log: seen.log },
      { name: undefined, neighbour: healthy.neighbour, log },
    );
  });
}

const LIMIT = /^spec_memory_limit_bytes/;
costs(
  'a memory limit of 2^63',
  { [`${A}/memory.max`]: '9223372036854775808\n' },
  {
    lost: LIMIT,
    instead: ['spec_memory_limit_bytes 0'],
  },
);
costs(
  'a memory limit of "max"',
  { [`${A}/memory.max`]: 'max\n' },
  {
    lost: LIMIT,
    instead: ['spec_memory_limit_bytes 0'],
  },
);
costs(
  'a memory limit that is no number',
  { [`${A}/memory.max`]: 'plenty\n' },
  {
    lost: /./,
    log: [`Cannot parse /${A}/memory.max: expected a number, got "plenty"`],
  },
);
costs(
  'a damaged file',
  { [`${A}/memory.stat`]: 'anon 1000\ninactive_f' },
  {
    lost: /./,
    log: [`Cannot parse /${A}/memory.stat: unexpected line "inactive_f"`],
  },
);
costs(
  'a file that is a folder',
  { [`${A}/cpu.max/`]: '' },
  {
    lost: /./,
    log: [`Cannot read /${A}/cpu.max: is a directory`],
  },
);
costs(
  'a state file cut in half',
  { [`${DOCKER_FOLDER}/${ID_A}/config.v2.json`]: '{"Name": "/web", "Config": {"Env": ["SECRET=hun' },
  { log: [`Cannot parse /${DOCKER_FOLDER}/${ID_A}/config.v2.json: expected JSON`] },
);
costs(
  'a state file that is not what it should be',
  { [`${DOCKER_FOLDER}/${ID_A}/config.v2.json`]: '{"Name": ["/web"], "Config": [1, null]}' },
  {},
);
test('a memory limit that is absent costs the limit', async () => {
  const healthy = await lookAtHealthy();
  await using machine = await createHostTree(MACHINE);
  await machine.remove(`${A}/memory.max`);
  const { own, ...rest } = await look(machine);
  assert.deepEqual(
    own,
    healthy.own.filter((line) => !LIMIT.test(line)),
  );
  assert.deepEqual(rest, { name: undefined, neighbour: healthy.neighbour, log: [] });
});

test('the names of log files are believed, and the links themselves not followed', async () => {
  const healthy = await lookAtHealthy();
  const log = `root/var/log/containers/pod_space_app-${ID_A}.log`;
  await using machine = await createHostTree({ ...MACHINE, [log]: { link: '../../../../../../etc/shadow' } });
  const { own, neighbour } = await look(machine);
  assert.deepEqual({ own, neighbour }, { own: healthy.own, neighbour: healthy.neighbour });
});

test('an id with quotes and newlines is one container, and nothing else is lost', async () => {
  const healthy = await lookAtHealthy();
  const machineFiles = Object.fromEntries(
    Object.entries(MACHINE).map(([path, content]) => [path.replace(A, 'sys/fs/cgroup/lxc.payload.a"b\nc\\d'), content]),
  );
  await using machine = await createHostTree(machineFiles);
  const { name, ...rest } = await look(machine);
  assert.equal(name, 'a"b\nc\\d');
  assert.deepEqual(rest, { own: healthy.own, neighbour: healthy.neighbour, log: [] });
});

test('a cgroup that vanishes between two reads is gone, and is no failure', async () => {
  const healthy = await lookAtHealthy();
  await using machine = await createHostTree(MACHINE);
  await using docker = await startHttpServer((_, response) => {
    // Asked between the list of cgroups and the reading of their files.
    void machine.remove(A).then(() => response.end('[]'));
  });
  assert.deepEqual(await look(machine, { 'containers.docker-socket': docker.path }), {
    ...healthy,
    own: [],
  });
});

/** A socket that does not do what it should costs the names that it would have told, and is logged once. */
function costsNames(
  what: string,
  start: () => ReturnType<typeof startRawServer>,
  message: RegExp,
  { flag = 'docker', socketTimeoutMs }: { readonly flag?: 'docker' | 'cri'; readonly socketTimeoutMs?: number } = {},
): void {
  test(`a ${flag} socket that ${what} costs the names that it would have told, and is logged once`, async () => {
    const healthy = await lookAtHealthy();
    await using socket = await start();
    await using machine = await createHostTree(MACHINE, socketTimeoutMs === undefined ? {} : { socketTimeoutMs });
    const { log, ...seen } = await look(machine, { [`containers.${flag}-socket`]: socket.path });
    assert.deepEqual({ ...seen, log: [] }, healthy);
    assert.equal(log.length, 1, log.join('\n'));
    assert.match(log[0] ?? '', message);
  });
}

/** Of the socket, or of all that is asked for names when that comes first. */
const NO_ANSWER = /: no answer within (2000|2100) ms$/;
/** Other sources have that long, too: names that are in files come in time. */
const PATIENCE_MS = 2000;
const TOO_MUCH = Buffer.alloc(33 * 1024 * 1024, '[');

costsNames('never answers', () => startRawServer(() => undefined), NO_ANSWER, { socketTimeoutMs: PATIENCE_MS });
costsNames(
  'answers garbage',
  () => startRawServer((socket) => socket.end('hello\n')),
  /^Cannot read .*: Parse Error: /,
);
costsNames(
  'hangs up',
  () => startRawServer((socket) => socket.destroy()),
  /: (broken pipe|connection reset by peer|socket hang up)$/,
);
costsNames(
  'answers 500',
  () => startHttpServer((_, response) => response.writeHead(500).end('oops')),
  /returned status 500$/,
);
costsNames('answers no JSON', () => startHttpServer((_, response) => response.end('[{"Id": "a')), /: expected JSON$/);
costsNames(
  'answers no list',
  () => startHttpServer((_, response) => response.end('{}')),
  /expected a list of containers$/,
);
costsNames(
  'answers too much',
  () => startHttpServer((_, response) => response.end(TOO_MUCH)),
  /: response larger than 33554432 bytes$/,
);
costsNames(
  'begins an answer and never ends it',
  () => startHttpServer((_, response) => response.write('[{"Id": "a')),
  NO_ANSWER,
  { socketTimeoutMs: PATIENCE_MS },
);
const CRI = { flag: 'cri' } as const;
costsNames('never answers', () => startRawServer(() => undefined), NO_ANSWER, { ...CRI, socketTimeoutMs: PATIENCE_MS });
costsNames('answers garbage', () => startRawServer((socket) => socket.end('hello\n')), /^Cannot read /, CRI);
costsNames('knows no method', () => startGrpcServer({}), /returned status 12$/, CRI);
costsNames(
  'answers too much',
  () =>
    startGrpcServer({
      '/runtime.v1.RuntimeService/ListContainers': TOO_MUCH,
      '/runtime.v1.RuntimeService/ListPodSandbox': Buffer.alloc(0),
    }),
  /: response larger than 33554432 bytes$/,
  CRI,
);
costsNames(
  'answers a damaged message',
  () =>
    startGrpcServer({
      '/runtime.v1.RuntimeService/ListContainers': Buffer.from([10, 200]),
      '/runtime.v1.RuntimeService/ListPodSandbox': Buffer.alloc(0),
    }),
  /^Cannot parse .*ListContainers of .*: expected 1 bytes at byte 2$/,
  CRI,
);
costsNames(
  'is not there',
  async () => ({ path: '/nowhere/docker.sock', [Symbol.asyncDispose]: async () => undefined }),
  /^Cannot find \/nowhere\/docker.sock: ENOENT$/,
);
