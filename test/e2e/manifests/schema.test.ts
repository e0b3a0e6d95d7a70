import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeUnless } from '../support/requirements.ts';
import {
  EXAMPLE,
  findKustomize,
  MANIFESTS,
  type Manifest,
  missingKustomize,
  OVERLAYS,
  render,
  renderOverlay,
} from './render.ts';
import { problemsOf } from './schema.ts';

type Path = readonly (string | number)[];

/** Returns a copy of the object with another value at a path, or without the field if the value is `undefined`. */
function damage(object: Manifest, path: Path, value: unknown): Manifest {
  const copy = structuredClone(object);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], copy);
  const last = path.at(-1) ?? '';
  if (value === undefined) delete (parent as Record<string | number, unknown>)[last];
  else (parent as Record<string | number, unknown>)[last] = value;
  return copy;
}

const CONTAINER: Path = ['spec', 'template', 'spec', 'containers', 0];

/**
 * Faults by kind of object. `unknown` is a field to add, `required` is a field to remove, and `typed` is a field that gets
 * a value of a wrong type.
 */
const DAMAGES: Readonly<Record<string, { unknown: Path; required?: Path; typed: Path }>> = {
  ClusterRole: { unknown: ['rules', 0, 'verb'], required: ['rules', 0, 'verbs'], typed: ['rules', 0, 'resources'] },
  ClusterRoleBinding: { unknown: ['role'], required: ['roleRef'], typed: ['subjects'] },
  ConfigMap: { unknown: ['spec'], typed: ['data'] },
  DaemonSet: {
    unknown: ['spec', 'replicas'],
    required: [...CONTAINER, 'name'],
    typed: ['spec', 'template', 'spec', 'hostPID'],
  },
  Deployment: { unknown: [...CONTAINER, 'readyProbe'], required: ['spec', 'selector'], typed: ['spec', 'replicas'] },
  Namespace: { unknown: ['labels'], typed: ['metadata', 'labels'] },
  NetworkPolicy: { unknown: ['spec', 'ingres'], typed: ['spec', 'policyTypes'] },
  PodMonitor: { unknown: ['spec', 'endpoints'], required: ['spec', 'selector'], typed: ['spec', 'jobLabel'] },
  PriorityClass: { unknown: ['priority'], typed: ['value'] },
  Role: { unknown: ['spec'], required: ['rules', 0, 'verbs'], typed: ['rules', 0, 'verbs'] },
  RoleBinding: { unknown: ['roles'], required: ['roleRef'], typed: ['subjects'] },
  Service: {
    unknown: ['spec', 'selectors'],
    required: ['spec', 'ports', 0, 'port'],
    typed: ['spec', 'ports', 0, 'port'],
  },
  ServiceAccount: { unknown: ['automount'], typed: ['automountServiceAccountToken'] },
  ServiceMonitor: {
    unknown: ['spec', 'endpoints', 0, 'paths'],
    required: ['spec', 'selector'],
    typed: ['spec', 'endpoints', 0, 'interval'],
  },
};

describeUnless(missingKustomize(), 'the rendered manifests', () => {
  const rendered = (): readonly Manifest[] => [
    ...OVERLAYS.flatMap((overlay) => renderOverlay(overlay)),
    ...render(`${MANIFESTS}/components/operator-pods`),
    ...render(EXAMPLE),
  ];

  test('every object conforms to the types and schemas of the Kubernetes API and the Prometheus Operator', async (t) => {
    t.diagnostic(`Rendered with ${findKustomize()?.name}`);
    const objects = rendered();
    const problems = await problemsOf(objects);
    assert.deepEqual(
      problems.flatMap((texts, index) => texts.map((text) => [objects[index]?.kind, text])),
      [],
    );
    t.diagnostic(`${objects.length} objects`);
  });

  test('unknown fields, missing fields and wrong types are found in an object of each kind', async () => {
    const objects = new Map(rendered().map((object) => [object.kind, object]));
    assert.deepEqual([...objects.keys()].sort(), Object.keys(DAMAGES));
    const copies = [...objects].flatMap(([kind, object]) => {
      const { unknown, required, typed } = DAMAGES[kind] ?? assert.fail(kind);
      return [
        {
          name: `${kind}: unknown ${unknown.join('.')}`,
          copy: damage(object, unknown, 'x'),
          expected: /may only specify known/,
        },
        ...(required === undefined
          ? []
          : [
              {
                name: `${kind}: missing ${required.join('.')}`,
                copy: damage(object, required, undefined),
                expected: /is missing in type.*must have required property/,
              },
            ]),
        {
          name: `${kind}: wrong ${typed.join('.')}`,
          copy: damage(object, typed, { wrong: true }),
          expected: /must be (a )?\w+/,
        },
      ];
    });
    const problems = await problemsOf(copies.map(({ copy }) => copy));
    for (const [index, { name, expected }] of copies.entries()) {
      assert.match(problems[index]?.join(' ') ?? '', expected, name);
    }
  });
});
