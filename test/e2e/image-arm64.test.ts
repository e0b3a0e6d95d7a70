import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, importArm64Base, importBase } from './support/docker/base-image.ts';
import { createDataRoot, DOCKER, missingDocker, startEngine } from './support/docker/engine.ts';
import { CHECKOUT, IMAGE } from './support/docker/image.ts';
import { startRegistry } from './support/docker/registry.ts';
import { emulateArm64 } from './support/emulator.ts';
import { eventually, waitUntil } from './support/eventually.ts';
import { execute, succeeds } from './support/execute.ts';
import { missing } from './support/requirements.ts';

/** Builds the image for arm64 on this host. The engine pulls the base image for arm64 from a local registry. */
async function buildForArm64(dataRoot: string): Promise<void> {
  await using registry = await startRegistry();
  const flags = [`--registry-mirror=http://${registry.address}`];
  await using engine = await startEngine({ dataRoot, network: 'host', flags });
  const arm64Base = `${registry.address}/library/${BASE}`;
  importArm64Base(engine, arm64Base);
  engine.docker('push', '--quiet', arm64Base);
  importBase(engine);
  engine.docker('build', '--network=host', '--platform=linux/arm64', `--tag=${IMAGE}`, CHECKOUT);
}

test('the image for arm64 can be built on another architecture and serves metrics', {
  skip: missingDocker() || missing('qemu-aarch64-static', 'docker-registry'),
}, async (t) => {
  using _emulator = emulateArm64();
  await using dataRoot = await createDataRoot();
  await buildForArm64(dataRoot.path);
  await using engine = await startEngine({ dataRoot: dataRoot.path, network: 'own' });
  assert.equal(engine.docker('inspect', '--format={{.Os}}/{{.Architecture}}', IMAGE), 'linux/arm64');
  const id = engine.docker('run', '--detach', '--platform=linux/arm64', '--read-only', '--cap-drop=ALL', IMAGE);
  const url = `http://${engine.docker('inspect', '--format={{.NetworkSettings.IPAddress}}', id)}:23333`;
  await waitUntil('the container is ready', () => {
    assert.equal(engine.docker('inspect', '--format={{.State.Status}}', id), 'running', engine.docker('logs', id));
    return succeeds(() => engine.get(`${url}/-/ready`));
  });
  // Repeat the scrape: an emulator is slow, and the first passes may time out.
  const metrics = await eventually(
    async () => engine.get(`${url}/metrics`),
    (page) => /^node_load1 \d/m.test(page),
  );
  assert.match(metrics, /^target_info\{.*host_arch="arm64"/m);
  engine.docker('stop', '--time=600', id);
  assert.equal(engine.docker('inspect', '--format={{.State.ExitCode}}', id), '0');
  t.diagnostic(`${engine.docker('inspect', '--format={{.Size}}', IMAGE)} bytes`);
  const listing = execute(['sh', '-c', `${DOCKER} --host ${engine.host} export ${id} | tar --list`]);
  assert.match(listing, /^lib\/ld-linux-aarch64\.so\.1$/m);
  assert.doesNotMatch(listing, /x86[-_]64/);
});
