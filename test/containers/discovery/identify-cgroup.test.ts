import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyCgroup } from '../../../src/containers/discovery/identify-cgroup.ts';

const ID = 'b07ccc9f47e3fe0dd0283268e888f0242704bccda5e647eaedb37a71ae12d088';
const UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const SLICE = `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`;

type Expected = readonly [runtime: string | undefined, id: string, podUid?: string];

function identifies(subject: string, path: string, [runtime, id, podUid]: Expected): void {
  test(`identifyCgroup() identifies ${subject}`, () => assert.deepEqual(identifyCgroup(path), { runtime, id, podUid }));
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
identifies('Docker in Docker', `/docker/${ID}/docker/${ID}`, ['docker', ID]);
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
identifies('ctr, the client of containerd', '/default/web', ['containerd', 'web']);
identifies('nerdctl with the cgroupfs driver', `/default/${ID}`, ['containerd', ID]);
identifies('nerdctl with the systemd driver', `/system.slice/nerdctl-${ID}.scope`, ['containerd', ID]);
identifies('a container below a pod whose id is not hexadecimal', `/kubepods/besteffort/pod${UID}/ctr2abs`, [
  undefined,
  'ctr2abs',
  UID,
]);
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
identifies('systemd-nspawn', '/machine.slice/systemd-nspawn@debian\\x2d12.service', ['systemd-nspawn', 'debian-12']);
identifies('a container that is registered with systemd-machined', '/machine.slice/machine-web\\x2d1.scope', [
  'systemd-nspawn',
  'web-1',
]);
identifies('an LXC container of libvirt', '/machine.slice/machine-lxc\\x2d4242\\x2dweb.scope', ['lxc', 'lxc-4242-web']);
identifies('an LXC container', '/lxc/101', ['lxc', '101']);
identifies('an LXC 4 container', '/lxc.payload.web', ['lxc', 'web']);
identifies('an LXC container below lxc.payload', '/lxc.payload/web', ['lxc', 'web']);
identifies('a container whose name contains a quote', '/lxc.payload.a"b', ['lxc', 'a"b']);

rejects('the root cgroup', '');
rejects('a service', '/system.slice/docker.service');
rejects("Docker's parent cgroup", '/docker');
rejects('a pod', `/kubepods/burstable/pod${UID}`);
rejects('the slice of a pod', `/${SLICE}`);
rejects("CRI-O's monitor with the systemd driver", `/${SLICE}/crio-conmon-${ID}.scope`);
rejects("CRI-O's monitor with the cgroupfs driver", `/kubepods/pod${UID}/crio-conmon-${ID}`);
rejects("Podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`);
rejects("LXC's monitor", '/lxc.monitor.web');
rejects('a virtual machine', '/machine.slice/machine-qemu\\x2d1\\x2dweb.scope');
rejects('a child cgroup of a Docker container', `/docker/${ID}/init.scope`);
rejects('the child cgroup that crun creates in a container', `/machine.slice/libpod-${ID}.scope/container`);
rejects('a child cgroup of an LXC container', '/lxc/101/ns');
rejects('an id that is too short', '/docker/b07ccc9f47e3');
rejects('a parent that has the name of an Object property', '/constructor/web');
