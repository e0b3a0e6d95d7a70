import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import { createMetadataSources } from '../../../src/containers/metadata/metadata-sources.ts';
import { CGROUP2, ID_A, ID_B } from '../../support/cgroup-files.ts';
import { createHostTree } from '../../support/host-tree.ts';
import { encodeField } from '../../support/protobuf-field.ts';
import { startGrpcServer } from '../../support/unix-servers.ts';

const IMAGE_ID = `sha256:${'c'.repeat(64)}`;

/** A container without labels, in the sandbox with the id ID_B. */
const CONTAINER = Buffer.concat([
  encodeField(1, ID_A),
  encodeField(2, ID_B),
  encodeField(3, encodeField(1, 'app')),
  encodeField(4, Buffer.concat([encodeField(1, IMAGE_ID), encodeField(18, 'registry/app:1')])),
]);
const SANDBOX = Buffer.concat([
  encodeField(1, ID_B),
  encodeField(2, Buffer.concat([encodeField(1, 'web-0'), encodeField(2, 'uid-1'), encodeField(3, 'shop')])),
]);
const POD = { namespace: 'shop', pod: 'web-0', podUid: 'uid-1' };

/** Returns the metadata of ID_A and ID_B, without fields that are undefined, and the messages of the errors. */
async function find(messages: Readonly<Record<string, Buffer>>, prefix = '') {
  await using cri = await startGrpcServer(messages);
  await using machine = await createHostTree({
    ...CGROUP2,
    [`sys/fs/cgroup/k8s.io/${ID_A}/`]: '',
    [`sys/fs/cgroup/k8s.io/${ID_B}/`]: '',
  });
  const host = machine.host.forPass(performance.now() + 60_000);
  const containers = new ContainerTable().list(host).map(({ container }) => container);
  const source = createMetadataSources({ 'docker-socket': '', 'cri-socket': prefix + cri.path }, []).at(-1);
  assert.ok(source);
  const { metadata, errors } = await source.find(host, containers);
  return {
    metadata: JSON.parse(JSON.stringify(containers.map((container) => metadata.get(container) ?? null))),
    errors: errors.map((error) => String(error).replaceAll(cri.path, '/sock')),
  };
}

for (const version of ['v1', 'v1alpha2']) {
  test(`criApi takes the pod from the sandbox, and the image that the pod names, from version ${version}`, async () => {
    const service = `/runtime.${version}.RuntimeService`;
    const messages = {
      [`${service}/ListContainers`]: encodeField(1, CONTAINER),
      [`${service}/ListPodSandbox`]: encodeField(1, SANDBOX),
    };
    const expected = {
      metadata: [{ name: 'app', image: 'registry/app:1', container: 'app', ...POD }, POD],
      errors: [],
    };
    assert.deepEqual(await find(messages), expected);
    assert.deepEqual(await find(messages, 'unix://'), expected);
  });
}

test('criApi reports a list that fails, and uses the other list', async () => {
  const messages = { '/runtime.v1.RuntimeService/ListPodSandbox': encodeField(1, SANDBOX) };
  assert.deepEqual(await find(messages), {
    metadata: [null, POD],
    errors: ['ReadError: Cannot read /sock: /runtime.v1alpha2.RuntimeService/ListContainers returned status 12'],
  });
});

test('criApi reports a malformed container, and uses the other containers', async () => {
  const messages = {
    '/runtime.v1.RuntimeService/ListContainers': Buffer.concat([
      encodeField(1, Buffer.from([0x0a, 0x7f])),
      encodeField(1, CONTAINER),
    ]),
    '/runtime.v1.RuntimeService/ListPodSandbox': Buffer.alloc(0),
  };
  assert.deepEqual(await find(messages), {
    metadata: [{ name: 'app', image: 'registry/app:1', container: 'app' }, null],
    errors: ['SyntaxError: Cannot parse a container of the CRI API: expected 127 bytes at byte 2'],
  });
});
