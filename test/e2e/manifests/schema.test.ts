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

/** The object with another value at a path; without the field, when the value is `undefined`. */
function broken(object: Manifest, path: Path, value: unknown): Manifest {
  const copy = structuredClone(object);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], copy);
  const last = path.at(-1) ?? '';
  if (value === undefined) delete (parent as Record<string | number, unknown>)[last];
  else (parent as Record<string | number, unknown>)[last] = value;
  return copy;
}

const CONTAINER: Path = ['spec', 'template', 'spec', 'containers', 0];

/** For each kind that we render: a field that no type has, one that is required, and one with a value of a wrong type. */
const BREAKS: Readonly<Record<string, { unknown: Path; required?: Path; typed: Path }>> = {
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

describeUnless(missingKustomize(), 'the manifests', () => {
  const rendered = (): readonly Manifest[] => [
    ...OVERLAYS.flatMap((overlay) => renderOverlay(overlay)),
    ...render(`${MANIFESTS}/components/operator-pods`),
    ...render(EXAMPLE),
  ];

  test('every object of every overlay is one of the Kubernetes API or the Operator', async (t) => {
    t.diagnostic(`rendered with ${findKustomize()?.name}`);
    const objects = rendered();
    const problems = await problemsOf(objects);
    assert.deepEqual(
      problems.flatMap((found, index) => found.map((text) => [objects[index]?.kind, text])),
      [],
    );
    t.diagnostic(`${objects.length} objects`);
  });

  test('a field too many, one too few and a wrong type are found in an object of each kind', async () => {
    const objects = new Map(rendered().map((object) => [object.kind, object]));
    assert.deepEqual([...objects.keys()].sort(), Object.keys(BREAKS));
    const copies = [...objects].flatMap(([kind, object]) => {
      const { unknown, required, typed } = BREAKS[kind] ?? assert.fail(kind);
      return [
        {
          what: `${kind}: unknown ${unknown.join('.')}`,
          copy: broken(object, unknown, 'x'),
          expected: /may only specify known/,
        },
        ...(required === undefined
          ? []
          : [
              {
                what: `${kind}: no ${required.join('.')}`,
                copy: broken(object, required, undefined),
                expected: /is missing in type.*must have required property/,
              },
            ]),
        {
          what: `${kind}: wrong ${typed.join('.')}`,
          copy: broken(object, typed, { wrong: true }),
          expected: /must be (a )?\w+/,
        },
      ];
    });
    const problems = await problemsOf(copies.map(({ copy }) => copy));
    for (const [index, { what, expected }] of copies.entries()) {
      assert.match(problems[index]?.join(' ') ?? '', expected, what);
    }
  });
});
