import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards } from '../../grafana/dashboards.ts';
import { eventually } from './support/eventually.ts';
import { startProgram } from './support/program.ts';
import { type Prometheus, startPrometheus } from './support/prometheus.ts';
import { missing } from './support/requirements.ts';

test('every query of every dashboard has data in a real Prometheus', { skip: missing('prometheus') }, async (t) => {
  await using program = await startProgram();
  await using prometheus = await startPrometheus(program);
  await eventually(
    () => prometheus.queryValue('count_over_time(node_uptime[1m])'),
    (samples) => samples >= 6,
  );
  for (const [name, dashboard] of Object.entries(dashboards)) {
    const selected = await selectVariables(prometheus, dashboard.templating.list ?? []);
    for (const panel of dashboard.panels ?? []) {
      if (!('targets' in panel)) continue;
      for (const { expr } of panel.targets as unknown as { expr: string }[]) {
        await t.test(`${name}, ${panel.title}: ${expr}`, async () => {
          // Repeat the query: a rate needs two successful scrapes, and a ratio needs a denominator other than 0.
          await eventually(
            () => prometheus.query(substitute(expr, selected)),
            (series) => series.length > 0 && series.every(({ value }) => Number.isFinite(Number(value[1]))),
          );
        });
      }
    }
  }
});

type Variables = NonNullable<(typeof dashboards)[string]['templating']['list']>;

/** Returns the first value of each variable. Grafana selects these values when it opens a dashboard. */
async function selectVariables(prometheus: Prometheus, variables: Variables): Promise<ReadonlyMap<string, string>> {
  const selected = new Map([['__rate_interval', '15s']]);
  for (const { name, query } of variables) {
    const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(String(query)) ?? [];
    if (label === '') continue;
    const [first] = await prometheus.labelValues(label, substitute(selector, selected));
    assert.ok(first, `Variable ${name} has no value`);
    selected.set(name, first);
  }
  return selected;
}

function substitute(expression: string, selected: ReadonlyMap<string, string>): string {
  return expression.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = selected.get(name);
    assert.ok(value, `Variable $${name} has no selected value`);
    return value;
  });
}
