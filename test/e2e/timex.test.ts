import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getText, kill, run, startProgram, waitForOutput } from './support/program.ts';
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
    const address = /address=(127\.0\.0\.1:\d+)/.exec(await waitForOutput(theirs, /address=127\.0\.0\.1:\d+/))?.[1];
    const ask = async () => readTimex(await getText(`${program.url}/metrics`));
    const before = await ask();
    const expected = readTimex(await getText(`http://${address}/metrics`));
    const after = await ask();
    assert.deepEqual([...after.keys()].toSorted(), [...expected.keys()].toSorted());
    assert.equal(after.size, 17);
    // Who leads the clock may do so between two answers.
    const still = [...expected].filter(([name]) => before.get(name) === after.get(name));
    for (const [name, value] of still) assert.equal(after.get(name), value, name);
    assert.ok(still.length > 5, `${still.length} families stood still`);
    const [name, value] = [...expected].find(([family]) => family === 'node_timex_maxerror_seconds') ?? assert.fail();
    const ours = [before, after].map((values) => values.get(name) ?? Number.NaN);
    assert.ok(
      value > Math.min(...ours) - 1 && value < Math.max(...ours) + 1,
      `${name}: ${ours[0]} ${value} ${ours[1]}`,
    );
  } finally {
    await kill(theirs);
  }
});
