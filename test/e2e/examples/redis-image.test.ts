import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Engine, missingDocker, startEngine } from '../support/docker/engine.ts';
import { type BuiltImage, buildImage, IMAGE } from '../support/docker/image.ts';
import { waitUntil } from '../support/eventually.ts';
import { succeeds } from '../support/execute.ts';
import { describeUnless, missing } from '../support/requirements.ts';
import { startRedis } from './redis-server.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/redis');
/** Name of the image in the Kubernetes manifests. */
const REDIS_IMAGE = 'redis-exporter:1.0.0';
const MAX_ADDED_BYTES = 1024 * 1024;

const HARDENED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
/** The tests run the health check every second. In the image, the interval is 30 seconds. */
const FREQUENT_CHECKS = ['--health-interval=1s', '--health-start-period=0s'];

describeUnless(missingDocker() || missing('redis-server'), 'the image of the example redis', () => {
  const parts: { image?: BuiltImage; engine?: Engine } = {};
  before(async () => {
    parts.image = await buildImage();
    parts.engine = await startEngine({ dataRoot: parts.image.dataRoot, network: 'own' });
    parts.engine.docker('build', `--tag=${REDIS_IMAGE}`, EXAMPLE);
  });
  after(async () => {
    await parts.engine?.[Symbol.asyncDispose]();
    await parts.image?.[Symbol.asyncDispose]();
  });

  test('adds at most 1 MB to the image of otel-node-exporter', (t) => {
    const { docker } = parts.engine ?? assert.fail();
    const [baseSize = 0, size = 0] = [IMAGE, REDIS_IMAGE].map((image) =>
      Number(docker('inspect', '--format={{.Size}}', image)),
    );
    const [baseLayers = [], layers = []] = [IMAGE, REDIS_IMAGE].map(
      (image) => JSON.parse(docker('inspect', '--format={{json .RootFS.Layers}}', image)) as string[],
    );
    t.diagnostic(`${size} bytes, ${size - baseSize} added`);
    assert.ok(size - baseSize < MAX_ADDED_BYTES);
    assert.deepEqual(layers.slice(0, baseLayers.length), baseLayers);
  });

  test('runs without privileges, serves the metrics of Redis, is healthy, and exits with code 0', async (t) => {
    const { docker, get, enter } = parts.engine ?? assert.fail();
    await using redis = await startRedis({ enter });
    const flags = [`--redis.addr=redis://127.0.0.1:${redis.port}`, '--web.listen-address=127.0.0.1:9200'];
    const id = docker('run', '--detach', '--network=host', ...HARDENED, ...FREQUENT_CHECKS, REDIS_IMAGE, ...flags);
    t.after(() => docker('rm', '--force', id));
    const url = 'http://127.0.0.1:9200';
    await waitUntil('it is ready', () => succeeds(() => get(`${url}/-/ready`)));
    const page = get(`${url}/metrics`);
    assert.match(page, /^redis_up 1$/m);
    assert.match(page, new RegExp(`^redis_instance_info\\{role="master",.*tcp_port="${redis.port}"`, 'm'));
    t.diagnostic(`${/^process_resident_memory_bytes (\d+)$/m.exec(page)?.[1]} bytes resident`);
    await waitUntil('it is healthy', () => docker('inspect', '--format={{.State.Health.Status}}', id) === 'healthy');
    await redis[Symbol.asyncDispose]();
    assert.match(get(`${url}/metrics`), /^redis_up 0$/m);
    docker('stop', '--time=600', id);
    assert.equal(docker('inspect', '--format={{.State.ExitCode}}', id), '0');
  });
});
