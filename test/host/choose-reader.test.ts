import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChooseReader, chooseProcReader, chooseSysReader } from '../../src/host/choose-reader.ts';
import { type Reader, readAttribute, readRecord, readRows, readSetting, readToEnd } from '../../src/host/read-sync.ts';

function chooses(choose: ChooseReader, path: string, reader: Reader): void {
  test(`${choose.name}() chooses ${reader.name}() for ${path}`, () => {
    const slash = path.lastIndexOf('/') + 1;
    assert.equal(choose(path.slice(0, slash), path.slice(slash)).name, reader.name);
  });
}

chooses(chooseProcReader, 'sys/kernel/pid_max', readSetting);
chooses(chooseProcReader, 'stat', readRows);
chooses(chooseProcReader, '17/stat', readRows);
chooses(chooseProcReader, 'net/udp', readRows);
chooses(chooseProcReader, 'net/stat/nf_conntrack', readRows);
chooses(chooseProcReader, '17/net/dev', readRows);
chooses(chooseProcReader, 'pressure/cpu', readRows);
chooses(chooseProcReader, 'self/mountinfo', readToEnd);
chooses(chooseProcReader, 'self/mountstats', readToEnd);
chooses(chooseProcReader, 'mountinfo', readToEnd);
chooses(chooseProcReader, 'zoneinfo', readToEnd);
chooses(chooseProcReader, 'diskstats', readToEnd);
chooses(chooseSysReader, 'class/net/eth0/mtu', readAttribute);
chooses(chooseSysReader, 'fs/xfs/sda/stats/stats', readAttribute);
chooses(chooseSysReader, 'fs/cgroup/cpu.stat', readRecord);
chooses(chooseSysReader, 'fs/cgroup/a/memory.stat', readRecord);
chooses(chooseSysReader, 'fs/cgroup/a/cgroup.procs', readRows);
chooses(chooseSysReader, 'fs/cgroup/pids/a/tasks', readRows);
chooses(chooseSysReader, 'kernel/debug/sched/debug', readToEnd);
