import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getText, kill, run, startProgram, waitForOutput } from './support/program.ts';
import { missing } from './support/requirements.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.timex', '--web.listen-address=127.0.0.1:0'];

/** Returns the values of the families `node_timex_*` by name. */
function readTimex(text: string): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(node_timex_\w+) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

test('timex reports the same values as node_exporter', {
  skip: missing('prometheus-node-exporter'),
}, async () => {
  await using program = await startProgram(FLAGS.slice(0, 2));
  const nodeExporter = run('prometheus-node-exporter', FLAGS);
  try {
    const address = /address=(127\.0\.0\.1:\d+)/.exec(
      await waitForOutput(nodeExporter, /address=127\.0\.0\.1:\d+/),
    )?.[1];
    const scrape = async () => readTimex(await getText(`${program.url}/metrics`));
    const before = await scrape();
    const expected = readTimex(await getText(`http://${address}/metrics`));
    const after = await scrape();
    assert.deepEqual([...after.keys()].toSorted(), [...expected.keys()].toSorted());
    assert.equal(after.size, 17);
    // Compare only values that did not change between the two scrapes: a time server may adjust the clock.
    const constant = [...expected].filter(([name]) => before.get(name) === after.get(name));
    for (const [name, value] of constant) assert.equal(after.get(name), value, name);
    assert.ok(constant.length > 5, `${constant.length} families did not change`);
    const [name, value] = [...expected].find(([family]) => family === 'node_timex_maxerror_seconds') ?? assert.fail();
    const values = [before, after].map((readings) => readings.get(name) ?? Number.NaN);
    const [min, max] = [Math.min(...values) - 1, Math.max(...values) + 1];
    assert.ok(value > min && value < max, `${name}: expected ${min} to ${max}, got ${value}`);
  } finally {
    await kill(nodeExporter);
  }
});
