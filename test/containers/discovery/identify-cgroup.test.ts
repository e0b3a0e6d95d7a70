import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyCgroup } from '../../../src/containers/discovery/identify-cgroup.ts';

const ID = 'b07ccc9f47e3fe0dd0283268e888f0242704bccda5e647eaedb37a71ae12d088';
const OTHER_ID = ID.split('').toReversed().join('');
const USER = '/user.slice/user-1000.slice/user@1000.service';
const UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const SLICE = `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`;

type Expected = readonly [runtime: string | undefined, id: string, podUid?: string];

/** Tests a container that has a generated id. */
function identifies(subject: string, path: string, [runtime, id, podUid]: Expected): void {
  test(`identifyCgroup() identifies ${subject}`, () => {
    assert.deepEqual(identifyCgroup(path), { runtime, id, uniqueId: id, name: undefined, podUid });
  });
}

/** Tests a container whose id is a name, or contains a name. */
function identifiesName(
  subject: string,
  path: string,
  expected: { runtime: string | undefined; id: string; name?: string; uniqueId?: string; podUid?: string },
): void {
  const { id } = expected;
  test(`identifyCgroup() identifies ${subject}`, () => {
    assert.deepEqual(identifyCgroup(path), { name: id, uniqueId: id, podUid: undefined, ...expected });
  });
}

function rejects(subject: string, path: string): void {
  test(`identifyCgroup() rejects ${subject}`, () => assert.equal(identifyCgroup(path), undefined));
}

identifies('Docker with the cgroupfs driver', `/docker/${ID}`, ['docker', ID]);
identifies('Docker with the systemd driver', `/system.slice/docker-${ID}.scope`, ['docker', ID]);
identifies('rootless Docker', `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`, [
  'docker',
  ID,
]);
identifies('Docker in Docker', `/docker/${OTHER_ID}/docker/${ID}`, ['docker', ID]);
identifies('a container below a parent that the user configured', `/actions_job/${ID}`, [undefined, ID]);
identifies('Kubernetes with the cgroupfs driver', `/kubepods/burstable/pod${UID}/${ID}`, [undefined, ID, UID]);
identifies('a guaranteed pod, whose path has no QoS class', `/kubepods/pod${UID}/${ID}`, [undefined, ID, UID]);
identifies('a static pod', `/kubepods/burstable/pod0123456789abcdef0123456789abcdef/${ID}`, [
  undefined,
  ID,
  '0123456789abcdef0123456789abcdef',
]);
identifies('containerd below a pod', `/${SLICE}/cri-containerd-${ID}.scope`, ['containerd', ID, UID]);
identifies(
  'containerd with a systemd path and the cgroupfs driver',
  `/system.slice/containerd.service/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice:cri-containerd:${ID}`,
  ['containerd', ID, UID],
);
identifies('a pod in kind', `/kubelet.slice/kubelet-${SLICE.split('/').at(-1)}/cri-containerd-${ID}.scope`, [
  'containerd',
  ID,
  UID,
]);
identifies('nerdctl with the cgroupfs driver', `/default/${ID}`, ['containerd', ID]);
identifies('nerdctl with the systemd driver', `/system.slice/nerdctl-${ID}.scope`, ['containerd', ID]);
identifies('CRI-O with the systemd driver', `/${SLICE}/crio-${ID}.scope`, ['cri-o', ID, UID]);
identifies('CRI-O with the cgroupfs driver', `/kubepods/pod${UID}/crio-${ID}`, ['cri-o', ID, UID]);
identifies('Podman with the cgroupfs driver', `/libpod_parent/libpod-${ID}`, ['podman', ID]);
identifies('Podman with the systemd driver', `/machine.slice/libpod-${ID}.scope`, ['podman', ID]);
identifies(
  'rootless Podman in a pod',
  `/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_${ID}.slice/libpod-${ID}.scope`,
  ['podman', ID],
);
identifies('a Podman container in a systemd service', `/system.slice/web.service/libpod-payload-${ID}`, ['podman', ID]);
identifies('Podman below a pod with the cgroupfs driver', `/libpod_parent/${OTHER_ID}/libpod-${ID}`, ['podman', ID]);
identifies('Quadlet without root', `${USER}/app.slice/web.service/libpod-payload-${ID}`, ['podman', ID]);
identifies(
  'a Podman container below the slice of a pod',
  `/machine.slice/machine-libpod_pod_${OTHER_ID}.slice/libpod-${ID}.scope`,
  ['podman', ID],
);
identifies('Docker in Docker with the systemd driver', `/docker/${OTHER_ID}/system.slice/docker-${ID}.scope`, [
  'docker',
  ID,
]);
identifies('a pod in a kind node', `/docker/${OTHER_ID}/kubelet/kubepods/besteffort/pod${UID}/${ID}`, [
  undefined,
  ID,
  UID,
]);
identifies('Docker in LXC', `/lxc/101/ns/docker/${ID}`, ['docker', ID]);
identifies('Docker with a systemd path and the cgroupfs driver', `/system.slice:docker:${ID}`, ['docker', ID]);
identifies('an ECS task with cgroup v1', `/ecs/${ID.slice(32)}/${ID}`, ['docker', ID]);
identifies('an ECS task in a cluster', `/ecs/prod/${UID}/${ID}`, ['docker', ID]);
identifies('an ECS task with cgroup v2', `/ecstasks.slice/ecstasks-${ID.slice(32)}.slice/docker-${ID}.scope`, [
  'docker',
  ID,
]);
identifies('a Fargate task', `/ecs/${ID.slice(32)}/${ID.slice(32)}-1234567890`, [
  'containerd',
  `${ID.slice(32)}-1234567890`,
]);
identifies('a container of the Kata runtime', `/kubepods/besteffort/pod${UID}/kata_${ID}`, [undefined, ID, UID]);
identifies('a container of the Kata runtime outside of pods', `/default/kata_${ID}`, [undefined, ID]);
identifies('a build step of Docker', '/docker/buildkit/ab1cd2ef3gh4ij5kl6mn7op8q', [
  'buildkit',
  'ab1cd2ef3gh4ij5kl6mn7op8q',
]);
identifies('a build step of BuildKit', '/buildkit/ab1cd2ef3gh4ij5kl6mn7op8q', [
  'buildkit',
  'ab1cd2ef3gh4ij5kl6mn7op8q',
]);
identifies('a build step with the systemd driver', '/system.slice/docker-ab1cd2ef3gh4ij5kl6mn7op8q.scope', [
  'buildkit',
  'ab1cd2ef3gh4ij5kl6mn7op8q',
]);
identifies('a Mesos container', `/mesos/${UID}`, ['mesos', UID]);
identifies('Apptainer with the cgroupfs driver', '/apptainer/4242', ['apptainer', '4242']);
identifies('Apptainer with the systemd driver', `${USER}/user.slice/apptainer-1000.scope`, ['apptainer', '1000']);
identifies('Singularity', '/singularity/4242', ['singularity', '4242']);
identifies('an unknown runtime with the systemd driver', `/machine.slice/isulad-${ID}.scope`, [undefined, ID]);
identifies('an unknown runtime below a pod', `/kubepods/pod${UID}/frakti_${ID}`, [undefined, ID, UID]);

test('identifyCgroup() distinguishes a container from a cgroup that repeats its path', () => {
  const path = `/docker/${ID}/docker/${ID}`;
  assert.deepEqual(identifyCgroup(path), {
    runtime: 'docker',
    id: ID,
    uniqueId: path,
    name: undefined,
    podUid: undefined,
  });
});
identifiesName('ctr, the client of containerd', '/default/web', { runtime: 'containerd', id: 'web' });
identifiesName('ctr in the namespace of Kubernetes', '/k8s.io/web', {
  runtime: 'containerd',
  id: 'web',
  uniqueId: '/k8s.io/web',
});
identifiesName('ctr in a Docker container', `/docker/${ID}/init/default/web`, {
  runtime: 'containerd',
  id: 'web',
  uniqueId: `/docker/${ID}/init/default/web`,
});
identifiesName('a container below a pod whose id is not hexadecimal', `/kubepods/besteffort/pod${UID}/ctr2abs`, {
  runtime: undefined,
  id: 'ctr2abs',
  uniqueId: `/kubepods/besteffort/pod${UID}/ctr2abs`,
  podUid: UID,
});
identifiesName('systemd-nspawn', '/machine.slice/systemd-nspawn@debian\\x2d12.service', {
  runtime: 'systemd-nspawn',
  id: 'debian-12',
});
identifiesName('a container that is registered with systemd-machined', '/machine.slice/machine-web\\x2d1.scope', {
  runtime: 'systemd-nspawn',
  id: 'web-1',
  uniqueId: '/machine.slice/machine-web\\x2d1.scope',
});
identifiesName('systemd-nspawn of a user', `${USER}/machine.slice/systemd-nspawn@deb.service`, {
  runtime: 'systemd-nspawn',
  id: 'deb',
  uniqueId: `${USER}/machine.slice/systemd-nspawn@deb.service`,
});
identifiesName('systemd-nspawn in a service of another name', '/system.slice/build.service/payload', {
  runtime: 'systemd-nspawn',
  id: 'build',
  uniqueId: '/system.slice/build.service/payload',
});
identifiesName('an LXC container of libvirt', '/machine.slice/machine-lxc\\x2d4242\\x2dweb\\x2d1.scope', {
  runtime: 'lxc',
  id: 'lxc-4242-web-1',
  name: 'web-1',
});
identifiesName('an LXC container of libvirt without systemd', '/machine/prod.partition/web.libvirt-lxc', {
  runtime: 'lxc',
  id: 'web',
  uniqueId: '/machine/prod.partition/web.libvirt-lxc',
});
identifiesName('an LXC container of an old libvirt', '/libvirt/lxc/web', {
  runtime: 'lxc',
  id: 'web',
  uniqueId: '/libvirt/lxc/web',
});
identifiesName('an LXC container', '/lxc/101', { runtime: 'lxc', id: '101', uniqueId: '/lxc/101' });
identifiesName('an LXC 4 container', '/lxc.payload.web', { runtime: 'lxc', id: 'web' });
identifiesName('an LXC container below lxc.payload', '/lxc.payload/web', {
  runtime: 'lxc',
  id: 'web',
  uniqueId: '/lxc.payload/web',
});
identifiesName('an LXC container of a user', `${USER}/app.slice/lxc.payload.web`, {
  runtime: 'lxc',
  id: 'web',
  uniqueId: `${USER}/app.slice/lxc.payload.web`,
});
identifiesName('an LXC container in an LXC container of the same name', '/lxc.payload.web/lxc.payload.web', {
  runtime: 'lxc',
  id: 'web',
  uniqueId: '/lxc.payload.web/lxc.payload.web',
});
identifiesName('a container whose name contains a quote', '/lxc.payload.a"b', { runtime: 'lxc', id: 'a"b' });
identifiesName('a Garden container', '/garden/good/5f3c', {
  runtime: 'garden',
  id: '5f3c',
  uniqueId: '/garden/good/5f3c',
});
identifiesName('a container of runc', '/system.slice/runc-bpm-router.scope', { runtime: 'runc', id: 'bpm-router' });
identifiesName('a container of crun for a user', `${USER}/user.slice/crun-web.scope`, {
  runtime: 'crun',
  id: 'web',
  uniqueId: `${USER}/user.slice/crun-web.scope`,
});

rejects('the root cgroup', '');
rejects('a service', '/system.slice/docker.service');
rejects("Docker's parent cgroup", '/docker');
rejects('a pod', `/kubepods/burstable/pod${UID}`);
rejects('the slice of a pod', `/${SLICE}`);
rejects("CRI-O's monitor with the systemd driver", `/${SLICE}/crio-conmon-${ID}.scope`);
rejects("CRI-O's monitor with the cgroupfs driver", `/kubepods/pod${UID}/crio-conmon-${ID}`);
rejects("Podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`);
rejects("LXC's monitor", '/lxc.monitor.web');
rejects('a virtual machine of Cloud Hypervisor', '/machine.slice/machine-ch\\x2d1\\x2dweb.scope');
rejects('a virtual machine of systemd', '/machine.slice/systemd-vmspawn@web.service');
rejects('a virtual machine', '/machine.slice/machine-qemu\\x2d1\\x2dweb.scope');
rejects('a child cgroup of a Docker container', `/docker/${ID}/init.scope`);
rejects('the child cgroup that crun creates in a container', `/machine.slice/libpod-${ID}.scope/container`);
rejects('a child cgroup of an LXC container', '/lxc/101/ns');
rejects('an id that is too short', '/docker/b07ccc9f47e3');
rejects('a parent that has the name of an Object property', '/constructor/web');
rejects('a Podman pod with the cgroupfs driver', `/libpod_parent/${ID}`);
rejects('a Podman pod with the systemd driver', `/machine.slice/machine-libpod_pod_${ID}.slice`);
rejects("Podman's monitor with the cgroupfs driver", '/libpod_parent/conmon');
rejects("Podman's monitor in a service", '/system.slice/web.service/runtime');
rejects("Podman's health check", `/system.slice/${ID}.service`);
rejects('the processes of a Kata sandbox outside of its pod', `/kata_overhead/${ID}`);
rejects('the processes of a Kata sandbox below the path of its pod', `/kata_overhead/kubepods/pod${UID}/${ID}`);
rejects('the processes of a Kata sandbox with the systemd driver', `/system.slice/kata_overhead-${ID}.scope`);
rejects("the processes of a container's virtual machine", `/${SLICE}/cri-containerd-${ID}.scope/vcpu0`);
rejects("systemd-nspawn's own process", '/machine.slice/systemd-nspawn@deb.service/supervisor');
rejects('the processes of a systemd-nspawn container', '/machine.slice/systemd-nspawn@deb.service/payload');
rejects('a service in a systemd-nspawn container', '/machine.slice/machine-deb.scope/payload/system.slice/ssh.service');
rejects("LXC's monitor below lxc.monitor", '/lxc.monitor/101');
rejects("LXC's empty cgroup", '/lxc.pivot');
rejects("Docker's own processes in a Docker container", `/docker/${ID}/init`);
rejects('a directory that has the name of a containerd namespace', '/system.slice/web.service/default/worker');
rejects('a Nomad task, which may be no container', `/nomad.slice/share.slice/${UID}.web.scope`);
rejects('a mount in a pod', `/${SLICE}/run-containerd.mount`);
rejects('the init scope of a containerd namespace', '/default/init.scope');
