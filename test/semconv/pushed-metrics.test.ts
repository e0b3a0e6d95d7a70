import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricViewFactory, type PointTimes } from '../../src/export/otel/metric-view.ts';
import { createResource } from '../../src/export/otel/resource.ts';
import { jsonSerializer, protobufSerializer } from '../../src/export/otlp/serializers.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { writeContainerHost } from '../bench/container-host.ts';
import { createHostTree, openHost } from '../support/host-tree.ts';
import type { ResourceMetrics } from '../support/otlp-json.ts';
import { decodeProtobuf } from '../support/otlp-receiver.ts';
import { AFTER, BEFORE } from './full-host.ts';
import { wrongNumberTypes } from './number-types.ts';
import { semconvPasses } from './semconv-pass.ts';
import { generateHost } from './test-hosts.ts';
import { definitionOf } from './violations.ts';

const TIMES: PointTimes = { start: [1, 0], end: [2, 0] };

/**
 * Returns the families of two passes with semconv names: the second pass over a host with a value for each metric of the
 * semantic conventions, and one pass over a host with containers.
 */
async function gatherEverything(): Promise<readonly FamilySamples[]> {
  await using machine = await createHostTree(BEFORE);
  const gather = semconvPasses(machine.host);
  await gather();
  await machine.write(AFTER);
  const families = await gather();
  await using generated = await generateHost(async (root) => writeContainerHost(root, 2));
  const gatherContainers = semconvPasses(openHost(generated.root), []);
  return [...families, ...(await gatherContainers())];
}

const everything = await gatherEverything();

/** Returns the families as a push in JSON and as a push in protobuf. */
function push(): Readonly<Record<'json' | 'protobuf', readonly ResourceMetrics[]>> {
  const factory = new MetricViewFactory(({ name }) => name);
  const metrics = everything.flatMap((samples) => factory.create(samples, TIMES));
  const request = { resource: createResource({}), scopeMetrics: [{ scope: { name: 'test' }, metrics }] };
  const json = Buffer.from(jsonSerializer.serializeRequest(request) ?? '').toString();
  return {
    json: (JSON.parse(json) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics,
    protobuf: decodeProtobuf(protobufSerializer.serializeRequest(request) ?? new Uint8Array()),
  };
}

for (const [encoding, pushed] of Object.entries(push())) {
  test(`every point of a push in ${encoding} is an int or a double as in the semantic conventions`, (t) => {
    assert.deepEqual(wrongNumberTypes(pushed), []);
    const names = new Set(
      pushed.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)).map(({ name }) => name),
    );
    const types = [...names].map((name) => definitionOf(name)?.value);
    t.diagnostic(`${types.filter((type) => type === 'int').length} int metrics of ${types.length}`);
    assert.ok(types.length > 80, `${types.length} metrics`);
  });
}
