import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectorResult } from '../../src/collection/pass.ts';
import { TargetUp } from '../../src/self/target-up.ts';
import { reportSelfMetrics } from '../support/self-metrics.ts';

type States = Readonly<Record<string, CollectorResult['state']>>;

/**
 * Returns the values that TargetUp reports for the collectors `db`, `queue` and `local`. By default, only `local` does not
 * contact the target.
 */
function reported(states: States, contacting: readonly string[] = ['db', 'queue']): Readonly<Record<string, unknown>> {
  const results = Object.entries(states).map(([collector, state]) => ({
    collector,
    state,
    seconds: 0,
    errors: [],
    families: [],
  }));
  const metrics = new TargetUp({ namespace: 'shop', contacting });
  return Object.fromEntries(reportSelfMetrics(metrics, results).map(([name, value]) => [name, value]));
}

test('TargetUp reports 1 if one of the contacting collectors succeeded', () => {
  assert.deepEqual(reported({ db: 'failed', queue: 'ok', local: 'ok' }), {
    shop_up: 1,
    node_exporter_last_scrape_error: 1,
  });
});

test('TargetUp reports 0 if no contacting collector succeeded, whatever the others did', () => {
  assert.deepEqual(reported({ db: 'failed', queue: 'absent', local: 'ok' }), {
    shop_up: 0,
    node_exporter_last_scrape_error: 1,
  });
});

test('TargetUp reports no up metric for a scrape without contacting collectors', () => {
  assert.deepEqual(reported({ local: 'ok' }), { node_exporter_last_scrape_error: 0 });
});

test('TargetUp reports 1 for a target that no collector contacts', () => {
  assert.deepEqual(reported({ local: 'failed' }, []), { shop_up: 1, node_exporter_last_scrape_error: 1 });
});

test('TargetUp reports rejected requests on the page of the exporter', () => {
  const metrics = new TargetUp({ namespace: 'shop', contacting: [], rejectedRequests: { count: 4 } });
  assert.deepEqual(reportSelfMetrics(metrics).at(-1), ['node_target_scrape_request_errors_total', 4, {}]);
});
