import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallPool } from '../../src/host/call-pool.ts';
import { FileSystems, type Statfs, type StatfsCalls, type StatfsRequest } from '../../src/host/statfs.ts';

const STATS: Statfs = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 40, ffree: 30 };
const RESULT = { error: '', stats: STATS };
const TIMEOUT = { error: 'mountpoint timeout', stats: undefined };
const BUSY = { error: 'too many stuck mountpoints', stats: undefined };

/** Returns an error like those that Node.js throws for a failed system call. */
function systemError(errno: number): Error {
  return Object.assign(new Error('statfs'), { errno });
}

function create(statfs: StatfsCalls['statfs'], statfsSync: StatfsCalls['statfsSync'] = () => STATS): FileSystems {
  const pools = { disk: new CallPool(2, 5), remote: new CallPool(2, 5) };
  return new FileSystems({ pools, remaining: (limit) => limit, calls: { statfs, statfsSync } });
}

function request(path: string, more: Partial<StatfsRequest> = {}): StatfsRequest {
  return { path, device: '0:50', source: 'remote', milliseconds: 10_000, ...more };
}

const never = (): Promise<never> => new Promise(() => undefined);

test('FileSystems returns the text of strerror(3) for an error', async () => {
  const fileSystems = create(
    async (path) => {
      throw systemError(path === '/gone' ? -116 : -107);
    },
    () => {
      throw systemError(-2);
    },
  );
  assert.deepEqual(fileSystems.statfsSync('/a'), { error: 'no such file or directory', stats: undefined });
  assert.deepEqual(await fileSystems.statfs(request('/gone')), { error: 'stale file handle', stats: undefined });
  assert.deepEqual(await fileSystems.statfs(request('/a')), {
    error: 'transport endpoint is not connected',
    stats: undefined,
  });
});

test('FileSystems.statfs() calls a stuck mount once, and another mount on its mount point again', async () => {
  let calls = 0;
  const fileSystems = create(() => {
    calls += 1;
    return never();
  });
  assert.deepEqual(await fileSystems.statfs(request('/dead', { milliseconds: 5 })), TIMEOUT);
  assert.deepEqual(await fileSystems.statfs(request('/dead')), TIMEOUT);
  assert.equal(calls, 1);
  assert.deepEqual(await fileSystems.statfs(request('/dead', { device: '0:51', milliseconds: 5 })), TIMEOUT);
  assert.equal(calls, 2);
});

test('FileSystems.statfs() calls any number of healthy mounts, and none when all threads of the pool are stuck', async () => {
  const fileSystems = create((path) => (String(path).startsWith('/dead') ? never() : Promise.resolve(STATS)));
  const short = { milliseconds: 50 };
  const healthy = Array.from({ length: 300 }, (_, index) => fileSystems.statfs(request(`/fine/${index}`, short)));
  const dead = ['/dead/1', '/dead/2', '/dead/3'].map((path) => fileSystems.statfs(request(path, short)));
  assert.ok((await Promise.all(healthy)).every(({ error }) => error === ''));
  assert.deepEqual(await Promise.all(dead), [TIMEOUT, TIMEOUT, BUSY]);
  assert.deepEqual(await fileSystems.statfs(request('/fine/1')), BUSY);
  assert.deepEqual(await fileSystems.statfs(request('/fine/1', { source: 'disk' })), RESULT);
});
