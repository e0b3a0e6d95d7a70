import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallPool } from '../../src/host/call-pool.ts';
import { FileSystems, type Statfs, type StatfsRequest } from '../../src/host/statfs.ts';

const STATS: Statfs = { bsize: 4096, blocks: 100, bfree: 60, bavail: 50, files: 40, ffree: 30 };
const ANSWER = { error: '', stats: STATS };
const TIMEOUT = { error: 'mountpoint timeout', stats: undefined };
const NOT_ASKED = { error: 'not asked: too many mountpoints hang', stats: undefined };

/** An error of the system as Node throws it. */
function systemError(errno: number): Error {
  return Object.assign(new Error('statfs'), { errno });
}

function create(later: (path: string) => Promise<Statfs>, now: (path: string) => Statfs = () => STATS): FileSystems {
  const pools = { disk: new CallPool(2), others: new CallPool(2) };
  return new FileSystems({ pools, remaining: (most) => most, calls: { now, later } });
}

function request(path: string, more: Partial<StatfsRequest> = {}): StatfsRequest {
  return { path, device: '0:50', answeredBy: 'others', milliseconds: 10_000, ...more };
}

const never = (): Promise<never> => new Promise(() => undefined);

test('FileSystems tells an error in the words of the system, also one that libuv has no name for', async () => {
  const fileSystems = create(
    async (path) => {
      throw systemError(path === '/gone' ? -116 : -107);
    },
    () => {
      throw systemError(-2);
    },
  );
  assert.deepEqual(fileSystems.statNow('/a'), { error: 'no such file or directory', stats: undefined });
  assert.deepEqual(await fileSystems.stat(request('/gone')), { error: 'stale file handle', stats: undefined });
  assert.deepEqual(await fileSystems.stat(request('/a')), {
    error: 'transport endpoint is not connected',
    stats: undefined,
  });
});

test('FileSystems asks a mount that hangs once, and another one on its mount point anew', async () => {
  let asked = 0;
  const fileSystems = create(() => {
    asked += 1;
    return never();
  });
  assert.deepEqual(await fileSystems.stat(request('/dead', { milliseconds: 5 })), TIMEOUT);
  assert.deepEqual(await fileSystems.stat(request('/dead')), TIMEOUT);
  assert.equal(asked, 1);
  assert.deepEqual(await fileSystems.stat(request('/dead', { device: '0:51', milliseconds: 5 })), TIMEOUT);
  assert.equal(asked, 2);
});

test('FileSystems asks healthy mounts however many there are, and no more when all threads hang', async () => {
  const fileSystems = create((path) => (path.startsWith('/dead') ? never() : Promise.resolve(STATS)));
  const short = { milliseconds: 50 };
  const healthy = Array.from({ length: 300 }, (_, index) => fileSystems.stat(request(`/fine/${index}`, short)));
  const dead = ['/dead/1', '/dead/2', '/dead/3'].map((path) => fileSystems.stat(request(path, short)));
  assert.ok((await Promise.all(healthy)).every(({ error }) => error === ''));
  assert.deepEqual(await Promise.all(dead), [TIMEOUT, TIMEOUT, NOT_ASKED]);
  assert.deepEqual(await fileSystems.stat(request('/fine/1')), NOT_ASKED);
  assert.deepEqual(await fileSystems.stat(request('/fine/1', { answeredBy: 'disk' })), ANSWER);
});
