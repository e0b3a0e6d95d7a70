import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PassTime } from '../../src/collection/pass-time.ts';

const times: readonly { name: string; deadlines: readonly number[]; readsEnd: number; end: number }[] = [
  { name: 'one caller with enough time', deadlines: [5000], readsEnd: 5000, end: 5000 },
  { name: 'callers with enough time', deadlines: [5000, 3000, 9000], readsEnd: 3000, end: 9000 },
  { name: 'a caller with too little time', deadlines: [1], readsEnd: 2000, end: 2000 },
  { name: 'a caller with too little time, then one with enough', deadlines: [1, 5000], readsEnd: 5000, end: 5000 },
  { name: 'a caller with enough time, then one with too little', deadlines: [5000, 1], readsEnd: 5000, end: 5000 },
];

for (const { name, deadlines, readsEnd, end } of times) {
  test(`PassTime: ${name}`, () => {
    const time = new PassTime(2000);
    for (const deadline of deadlines) time.addCaller(deadline);
    assert.deepEqual({ readsEnd: time.readsEnd, end: time.end }, { readsEnd, end });
  });
}
