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
    () => prometheus.query('count_over_time(node_uptime[1m])'),
    (samples) => samples >= 6,
  );
  for (const [name, dashboard] of Object.entries(dashboards)) {
    const chosen = await chooseVariables(prometheus, dashboard.templating.list ?? []);
    for (const panel of dashboard.panels ?? []) {
      if (!('targets' in panel)) continue;
      for (const { expr } of panel.targets as unknown as { expr: string }[]) {
        await t.test(`${name}, ${panel.title}: ${expr}`, async () => {
          // A rate needs two scrapes that did not take too long, and a share something that it is a share of.
          await eventually(
            () => prometheus.ask(substitute(expr, chosen)),
            (series) => series.length > 0 && series.every(({ value }) => Number.isFinite(Number(value[1]))),
          );
        });
      }
    }
  }
});

type Variables = NonNullable<(typeof dashboards)[string]['templating']['list']>;

/** Chooses the first value of each variable, as Grafana does when a dashboard is opened. */
async function chooseVariables(prometheus: Prometheus, variables: Variables): Promise<ReadonlyMap<string, string>> {
  const chosen = new Map([['__rate_interval', '15s']]);
  for (const { name, query } of variables) {
    const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(String(query)) ?? [];
    if (label === '') continue;
    const [first] = await prometheus.labelValues(label, substitute(selector, chosen));
    assert.ok(first, `variable ${name} has no value`);
    chosen.set(name, first);
  }
  return chosen;
}

function substitute(expression: string, chosen: ReadonlyMap<string, string>): string {
  return expression.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = chosen.get(name);
    assert.ok(value, `nothing is chosen for $${name}`);
    return value;
  });
}
