import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROGRAM } from './support/program.ts';
import { containerValues, parseSeries } from './support/series.ts';
import { bootGuest, missingGuest } from './support/user-mode-linux.ts';

const DOCKER = `docker/${'a'.repeat(64)}`;
const SCOPE = `system.slice/docker-${'b'.repeat(64)}.scope`;
const POD_UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const POD = `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_UID.replaceAll('-', '_')}.slice/cri-containerd-${'c'.repeat(64)}.scope`;

const FLAGS = '--collector.disable-defaults --collector.containers --collector.container-pids --log.level=error';

/**
 * Creates three containers. The first uses CPU time within a quota, the second exceeds its memory limit, and the third
 * sleeps in its own network namespace.
 */
const SCRIPT = `
cd /sys/fs/cgroup
enable() { echo "+cpu +memory +pids +io" >"$1/cgroup.subtree_control"; }
enable .
make() {
  local path=. part
  for part in $(echo "$1" | tr / ' '); do enable "$path"; path="$path/$part"; mkdir -p "$path"; done
}
make ${DOCKER}; make ${SCOPE}; make ${POD}
echo "25000 100000" >${DOCKER}/cpu.max
echo 33554432 >${SCOPE}/memory.max
echo 67108864 >${POD}/memory.max
(echo $BASHPID >${DOCKER}/cgroup.procs; while :; do :; done) &
(echo $BASHPID >${SCOPE}/cgroup.procs; while :; do head -c 60m /dev/zero | tail >/dev/null || true; sleep 1; done) &
(echo $BASHPID >${POD}/cgroup.procs; exec unshare --net sleep 600) &
cd /mnt
serve() { "$@" ${process.execPath} ${PROGRAM} ${FLAGS} >/mnt/log-of-exporter 2>&1 & }
serve env EXPORTER_WEB_LISTEN_ADDRESS=127.0.0.1:1001
serve unshare --pid --fork env EXPORTER_WEB_LISTEN_ADDRESS=127.0.0.1:1002
serve unshare --cgroup env EXPORTER_WEB_LISTEN_ADDRESS=127.0.0.1:1003
for port in 1001 1002 1003; do
  until curl -sf 127.0.0.1:$port/-/ready >/dev/null; do sleep 0.5; done
done
# On a slow host, the first search for the names of containers takes longer than a pass waits.
succeeds() { curl -sf 127.0.0.1:$1/metrics | grep -c '^node_scrape_collector_success{.*} 1$' | grep -qx 2; }
for port in 1001 1002 1003; do
  until succeeds $port; do sleep 0.5; done
done
until grep -q 'oom_kill [1-9]' /sys/fs/cgroup/${SCOPE}/memory.events; do sleep 0.5; done
cat /sys/fs/cgroup/${DOCKER}/cpu.stat >/mnt/before
curl -sf 127.0.0.1:1001/metrics >/mnt/page
cat /sys/fs/cgroup/${DOCKER}/cpu.stat >/mnt/after
curl -sf 127.0.0.1:1002/metrics >/mnt/page-of-other-pids
curl -sf 127.0.0.1:1003/metrics >/mnt/page-of-other-cgroups
rm -f /mnt/init
`;

test('the containers collector reports the values of a kernel with cgroup v2 only', async (t) => {
  const reason = missingGuest();
  if (reason !== false) return t.skip(reason);
  await using guest = await bootGuest(SCRIPT);
  if (guest === undefined) return t.skip('User-mode Linux does not boot here');
  const page = parseSeries(guest.read('page'));

  const burn = containerValues(page, DOCKER);
  const seconds = (name: string): number => Number(/^usage_usec (\d+)/.exec(guest.read(name))?.[1]) / 1e6;
  const used = burn.get('cpu_usage_seconds_total cpu=total') ?? Number.NaN;
  const [earliest, latest] = [seconds('before'), seconds('after')];
  assert.ok(used >= earliest && used <= latest, `CPU time: expected ${earliest} to ${latest}, got ${used}`);
  assert.deepEqual(
    ['spec_cpu_quota', 'spec_cpu_period', 'processes', 'threads', 'spec_memory_limit_bytes'].map((key) =>
      burn.get(key),
    ),
    [25_000, 100_000, 1, 1, 0],
  );
  assert.ok((burn.get('cpu_cfs_throttled_periods_total') ?? 0) > 0);
  // The container uses the network of the host, and the exporter does not report this network for a container.
  assert.deepEqual(
    [...burn.keys()].filter((key) => key.startsWith('network_')),
    [],
  );

  const greedy = containerValues(page, SCOPE);
  assert.ok((greedy.get('oom_events_total') ?? 0) > 0);
  assert.ok((greedy.get('memory_failcnt') ?? 0) > 0);
  assert.equal(greedy.get('spec_memory_limit_bytes'), 33_554_432);

  const pod = containerValues(page, POD);
  assert.equal(pod.get('network_receive_bytes_total interface=lo'), 0);
  assert.equal(pod.get('memory_failcnt'), 0);

  const processes = page.filter(({ name }) => name === 'node_container_cpu_utime').map(({ labels }) => labels['id']);
  for (const id of ['a', 'b', 'c'])
    assert.ok(processes.includes(id.repeat(64)), `Containers with processes: ${processes.join(', ')}`);

  const withoutPids = parseSeries(guest.read('page-of-other-pids'));
  assert.deepEqual(
    [...pod.keys()].filter((key) => !containerValues(withoutPids, POD).has(key)),
    [...pod.keys()].filter((key) => key.startsWith('network_')),
  );
  assert.equal(containerValues(withoutPids, DOCKER).get('processes'), 1);
  assert.equal(withoutPids.filter(({ name }) => name === 'node_container_cpu_utime').length, 0);

  const namespaced = parseSeries(guest.read('page-of-other-cgroups'));
  assert.deepEqual([...containerValues(namespaced, POD).keys()], [...pod.keys()]);
  for (const series of [page, withoutPids, namespaced]) {
    const successes = series.filter(({ name }) => name === 'node_scrape_collector_success');
    assert.deepEqual(
      successes.map(({ value }) => value),
      [1, 1],
    );
  }
});
