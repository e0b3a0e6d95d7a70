import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiscoveredContainer } from '../../../src/containers/discovery/container.ts';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import type { ContainerMetadata } from '../../../src/containers/metadata/metadata.ts';
import { lookUpEach, type MetadataSource } from '../../../src/containers/metadata/metadata-source.ts';
import { MetadataResolver } from '../../../src/containers/metadata/resolver.ts';
import { AbsentError } from '../../../src/host/host.ts';
import { CGROUP2, cgroup, ID_A } from '../../support/cgroup-files.ts';
import { createHostTree } from '../../support/host-tree.ts';

const START = 1_800_000_000;

/** Creates a host with one container for each id, and a clock that a test can set. */
async function createContainers(ids: readonly string[] = [ID_A]) {
  const clock = { now: START };
  const files = ids.map((id) => cgroup(`sys/fs/cgroup/docker/${id}`, { 'pids.current': '1\n' }));
  const table = new ContainerTable();
  const machine = await createHostTree(Object.assign({}, CGROUP2, ...files), { elapsed: () => clock.now });
  return { machine, clock, host: machine.host, table, discovered: table.list(machine.host) };
}

/** Creates a source that records the number of containers in each request. */
function createSource(respond: () => ContainerMetadata | undefined, isRequired = true) {
  const requests: number[] = [];
  const source: MetadataSource = {
    name: 'fake',
    isRequired,
    find: async (_host, containers) => {
      requests.push(containers.length);
      return lookUpEach(containers, respond);
    },
  };
  return { source, requests };
}

function metadataOf(resolver: MetadataResolver, discovered: readonly DiscoveredContainer[]): unknown {
  const [first] = discovered;
  assert.ok(first);
  return JSON.parse(JSON.stringify(resolver.metadataOf(first.container)));
}

test('MetadataResolver takes each field from the first source that provides it', async () => {
  const { machine, host, table, discovered } = await createContainers();
  await using _ = machine;
  const first = createSource(() => ({ pod: 'web-1' }));
  const second = createSource(() => ({ pod: 'other', name: 'web' }));
  const resolver = new MetadataResolver([first.source, second.source], table);
  assert.deepEqual(await resolver.resolve(host, discovered), []);
  assert.deepEqual(metadataOf(resolver, discovered), { pod: 'web-1', name: 'web' });
});

test('MetadataResolver requests missing metadata after 1, 2 and 4 seconds', async () => {
  const { machine, clock, host, table, discovered } = await createContainers();
  await using _ = machine;
  const { source, requests } = createSource(() => undefined);
  const resolver = new MetadataResolver([source], table);
  const times: number[] = [];
  for (clock.now = START; clock.now < START + 10; clock.now += 1) {
    const before = requests.length;
    await resolver.resolve(host, discovered);
    if (requests.length > before) times.push(clock.now - START);
  }
  assert.deepEqual(times, [0, 1, 3, 7]);
});

test('MetadataResolver requests metadata without a name or an image again after 1, 2, 4, 8 and 300 seconds', async () => {
  const { machine, clock, host, discovered, table } = await createContainers();
  await using _ = machine;
  const { source, requests } = createSource(() => ({ pod: 'web-1' }));
  const resolver = new MetadataResolver([source], table);
  const times: number[] = [];
  for (clock.now = START; clock.now < START + 320; clock.now += 1) {
    const before = requests.length;
    await resolver.resolve(host, discovered);
    if (requests.length > before) times.push(clock.now - START);
  }
  assert.deepEqual(times, [0, 1, 3, 7, 15, 315]);
});

test('MetadataResolver returns the same object until the metadata changes', async () => {
  const { machine, clock, host, table, discovered } = await createContainers();
  await using _ = machine;
  let name = 'web';
  const resolver = new MetadataResolver([createSource(() => ({ name })).source], table);
  const [first] = discovered;
  assert.ok(first);
  const resolve = async (): Promise<ContainerMetadata> => {
    await resolver.resolve(host, discovered);
    return resolver.metadataOf(first.container);
  };
  const before = await resolve();
  clock.now += 300;
  assert.equal(await resolve(), before);
  clock.now += 300;
  name = 'renamed';
  assert.deepEqual((await resolve()).name, 'renamed');
});

test('MetadataResolver refreshes at most 50 containers in one pass', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(64, 'a'));
  const { machine, clock, host, table, discovered } = await createContainers(ids);
  await using _ = machine;
  const { source, requests } = createSource(() => ({ name: 'web' }));
  const resolver = new MetadataResolver([source], table);
  await resolver.resolve(host, discovered);
  clock.now += 300;
  await resolver.resolve(host, discovered);
  await resolver.resolve(host, discovered);
  assert.deepEqual(requests, [60, 50, 10]);
});

test('MetadataResolver reports the error of a source in each pass, and retries after 10 seconds', async () => {
  const { machine, clock, host, table, discovered } = await createContainers();
  await using _ = machine;
  const error = new Error('broken');
  let hasFailed = true;
  const { source, requests } = createSource(() => {
    if (hasFailed) throw error;
    return { name: 'web' };
  });
  const resolver = new MetadataResolver([source], table);
  assert.deepEqual(await resolver.resolve(host, discovered), [error]);
  assert.deepEqual(resolver.availability, [['fake', false]]);
  hasFailed = false;
  clock.now += 9;
  assert.deepEqual(await resolver.resolve(host, discovered), [error]);
  assert.equal(requests.length, 1);
  clock.now += 9;
  assert.deepEqual(await resolver.resolve(host, discovered), []);
  assert.deepEqual(resolver.availability, [['fake', true]]);
  assert.deepEqual(metadataOf(resolver, discovered), { name: 'web' });
});

test('MetadataResolver ignores the absence of a source that is not required', async () => {
  const { machine, host, table, discovered } = await createContainers();
  await using _ = machine;
  const absent = () => {
    throw new AbsentError('Cannot find the source');
  };
  const optional = new MetadataResolver([createSource(absent, false).source], table);
  assert.deepEqual([await optional.resolve(host, discovered), optional.availability], [[], []]);
  const required = new MetadataResolver([createSource(absent, true).source], table);
  assert.equal((await required.resolve(host, discovered)).length, 1);
  assert.deepEqual(required.availability, [['fake', false]]);
});
