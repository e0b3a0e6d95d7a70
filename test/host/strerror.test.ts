import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strerror } from '../../src/host/strerror.ts';

const failed = (errno: number): Error => Object.assign(new Error('failed'), { errno });

test('strerror() returns the text of the system for an errno', () => {
  assert.deepEqual(
    [-2, -13, -21, -107, -111, -116, -524].map((errno) => strerror(failed(errno))),
    [
      'no such file or directory',
      'permission denied',
      'is a directory',
      'transport endpoint is not connected',
      'connection refused',
      'stale file handle',
      'errno 524',
    ],
  );
});

test('strerror() returns a text without the name of an option for a call that Node.js has refused', () => {
  const refused = Object.assign(new Error('Access to this API has been restricted.'), { code: 'ERR_ACCESS_DENIED' });
  assert.equal(strerror(refused), 'forbidden by the permission model of Node.js');
});

test('strerror() returns the message of any other error', () => {
  assert.equal(strerror(new RangeError('larger than 1 byte')), 'larger than 1 byte');
  assert.equal(strerror('broken'), 'broken');
});
