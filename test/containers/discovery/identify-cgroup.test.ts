import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyCgroup } from '../../../src/containers/discovery/identify-cgroup.ts';

const ID = 'b07ccc9f47e3fe0dd0283268e888f0242704bccda5e647eaedb37a71ae12d088';
const UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const SLICE = `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`;

type Expected = readonly [runtime: string | undefined, id: string, podUid?: string];

function recognizes(what: string, path: string, [runtime, id, podUid]: Expected): void {
  test(`recognize() recognizes ${what}`, () => assert.deepEqual(identifyCgroup(path), { runtime, id, podUid }));
}

function passes(what: string, path: string): void {
  test(`recognize() takes ${what} for no container`, () => assert.equal(identifyCgroup(path), undefined));
}

recognizes('Docker', `/docker/${ID}`, ['docker', ID]);
recognizes("Docker with systemd's driver", `/system.slice/docker-${ID}.scope`, ['docker', ID]);
recognizes('Docker without root', `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`, [
  'docker',
  ID,
]);
recognizes('Docker in Docker', `/docker/${ID}/docker/${ID}`, ['docker', ID]);
recognizes('a container below a parent that the user chose', `/actions_job/${ID}`, [undefined, ID]);
recognizes('Kubernetes on cgroupfs', `/kubepods/burstable/pod${UID}/${ID}`, [undefined, ID, UID]);
recognizes('Kubernetes without a class', `/kubepods/pod${UID}/${ID}`, [undefined, ID, UID]);
recognizes('a static pod', `/kubepods/burstable/pod0123456789abcdef0123456789abcdef/${ID}`, [
  undefined,
  ID,
  '0123456789abcdef0123456789abcdef',
]);
recognizes('containerd below a pod', `/${SLICE}/cri-containerd-${ID}.scope`, ['containerd', ID, UID]);
recognizes(
  'containerd with a path of systemd on cgroupfs',
  `/system.slice/containerd.service/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice:cri-containerd:${ID}`,
  ['containerd', ID, UID],
);
recognizes('a pod in kind', `/kubelet.slice/kubelet-${SLICE.split('/').at(-1)}/cri-containerd-${ID}.scope`, [
  'containerd',
  ID,
  UID,
]);
recognizes("containerd's own client", '/default/web', ['containerd', 'web']);
recognizes('nerdctl', `/default/${ID}`, ['containerd', ID]);
recognizes("nerdctl with systemd's driver", `/system.slice/nerdctl-${ID}.scope`, ['containerd', ID]);
recognizes('a container with a name of its own below a pod', `/kubepods/besteffort/pod${UID}/ctr2abs`, [
  undefined,
  'ctr2abs',
  UID,
]);
recognizes('CRI-O', `/${SLICE}/crio-${ID}.scope`, ['cri-o', ID, UID]);
recognizes('CRI-O on cgroupfs', `/kubepods/pod${UID}/crio-${ID}`, ['cri-o', ID, UID]);
recognizes('Podman on cgroupfs', `/libpod_parent/libpod-${ID}`, ['podman', ID]);
recognizes('Podman', `/machine.slice/libpod-${ID}.scope`, ['podman', ID]);
recognizes(
  'Podman without root, in a pod',
  `/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_${ID}.slice/libpod-${ID}.scope`,
  ['podman', ID],
);
recognizes('Podman in a service', `/system.slice/web.service/libpod-payload-${ID}`, ['podman', ID]);
recognizes('systemd-nspawn', '/machine.slice/systemd-nspawn@debian\\x2d12.service', ['systemd-nspawn', 'debian-12']);
recognizes('a machine of systemd', '/machine.slice/machine-web\\x2d1.scope', ['systemd-nspawn', 'web-1']);
recognizes('LXC of libvirt', '/machine.slice/machine-lxc\\x2d4242\\x2dweb.scope', ['lxc', 'lxc-4242-web']);
recognizes('LXC', '/lxc/101', ['lxc', '101']);
recognizes('LXC 4', '/lxc.payload.web', ['lxc', 'web']);
recognizes('LXC in a folder', '/lxc.payload/web', ['lxc', 'web']);
recognizes('a name with quotes', '/lxc.payload.a"b', ['lxc', 'a"b']);

passes('the root', '');
passes('a service', '/system.slice/docker.service');
passes("Docker's folder", '/docker');
passes('a pod', `/kubepods/burstable/pod${UID}`);
passes("a pod's slice", `/${SLICE}`);
passes("CRI-O's monitor", `/${SLICE}/crio-conmon-${ID}.scope`);
passes("CRI-O's monitor on cgroupfs", `/kubepods/pod${UID}/crio-conmon-${ID}`);
passes("Podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`);
passes("LXC's monitor", '/lxc.monitor.web');
passes('a virtual machine', '/machine.slice/machine-qemu\\x2d1\\x2dweb.scope');
passes('a folder in a container', `/docker/${ID}/init.scope`);
passes('what crun makes in a container', `/machine.slice/libpod-${ID}.scope/container`);
passes('a part of an LXC container', '/lxc/101/ns');
passes('an id that is too short', '/docker/b07ccc9f47e3');
passes('the name of something every object has', '/constructor/web');
