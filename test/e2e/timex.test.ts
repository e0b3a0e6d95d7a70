import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getText, kill, run, startProgram, waitFor } from './support/program.ts';
import { missing } from './support/requirements.ts';

const ONLY = ['--collector.disable-defaults', '--collector.timex', '--web.listen-address=127.0.0.1:0'];

/** The families of a page whose values stand still, or move slowly, with their values. */
function readTimex(text: string): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(node_timex_\w+) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

test('timex says of the real clock what node_exporter says', {
  skip: missing('prometheus-node-exporter'),
}, async () => {
  await using program = await startProgram(ONLY.slice(0, 2));
  const theirs = run('prometheus-node-exporter', ONLY);
  try {
    const address = /address=(127\.0\.0\.1:\d+)/.exec(await waitFor(theirs, /address=127\.0\.0\.1:\d+/))?.[1];
    const expected = readTimex(await getText(`http://${address}/metrics`));
    const found = readTimex(await getText(`${program.url}/metrics`));
    assert.deepEqual([...found.keys()].toSorted(), [...expected.keys()].toSorted());
    assert.equal(found.size, 17);
    // What a time server leads changes between the two answers; the rest does not.
    const moving = /offset_seconds|frequency|error_seconds|status|loop_time|pps_/;
    for (const [name, value] of expected) {
      if (!moving.test(name) || name === 'node_timex_tai_offset_seconds') assert.equal(found.get(name), value, name);
    }
    const difference =
      (found.get('node_timex_maxerror_seconds') ?? Number.NaN) - (expected.get('node_timex_maxerror_seconds') ?? 0);
    assert.ok(Math.abs(difference) < 1, `maxerror differs by ${difference} s`);
  } finally {
    await kill(theirs);
  }
});
