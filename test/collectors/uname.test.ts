import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uname } from '../../src/collectors/uname.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/sys/kernel/ostype': 'Linux\n',
  'proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
  'proc/sys/kernel/version': '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\n',
  'proc/sys/kernel/hostname': 'web"1"\n',
  'proc/sys/kernel/domainname': '(none)\n',
};

test('uname emits the names of the kernel as labels', async () => {
  await using machine = await createHostTree(FILES, { machine: 'aarch64' });
  assert.deepEqual(await collect(uname, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_uname_info{sysname="Linux",release="6.1.0-18-amd64",' +
        'version="#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)",machine="aarch64",' +
        'nodename="web\\"1\\"",domainname="(none)"} 1',
    ],
  });
});

test('uname emits the names from uname(2) that /proc/sys/kernel lacks', async () => {
  const names = { sysname: 'Linux', release: '4.4.0', version: '#1 SMP 2016', nodename: 'box' };
  await using machine = await createHostTree({ 'proc/sys/kernel/hostname': 'web\n' }, { uname: names });
  assert.deepEqual(await collect(uname, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_uname_info{sysname="Linux",release="4.4.0",version="#1 SMP 2016",machine="x86_64",nodename="web",domainname="(none)"} 1',
    ],
  });
  await machine.remove('proc/sys/kernel/hostname');
  assert.match((await collect(uname, machine.host)).lines[0] ?? '', /,nodename="box",/);
});
