import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse, stringify } from 'yaml';
import { describeUnless, missing } from '../support/requirements.ts';
import { findGoTool } from '../tools/go-tools.ts';
import kubernetesSd from './kubernetes-sd.schema.json' with { type: 'json' };
import { find, missingKustomize, renderOverlay } from './render.ts';

interface ScrapeConfig {
  readonly job_name: string;
  readonly kubernetes_sd_configs?: readonly { readonly role?: string }[];
  readonly [key: string]: unknown;
}

interface PrometheusConfig {
  readonly scrape_configs: readonly ScrapeConfig[];
}

/** Returns the configuration of Prometheus in the rendered overlay. */
function renderConfig(): string {
  const { data } = find(renderOverlay('standalone'), 'ConfigMap', 'prometheus') as unknown as {
    data: Record<string, string>;
  };
  return data['prometheus.yml'] ?? assert.fail('prometheus.yml is missing');
}

/** Returns the errors that promtool reports for a configuration; empty for a valid configuration. */
function check(promtool: string, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'config', file], { encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  return status === 0 ? '' : stdout + stderr;
}

describeUnless(missingKustomize(), 'the Prometheus configuration of the overlay standalone', () => {
  test('kubernetes_sd_configs conforms to the schema of the documentation, and damaged copies do not', () => {
    const validate = new Ajv().compile(kubernetesSd);
    const { scrape_configs: jobs } = parse(renderConfig()) as PrometheusConfig;
    for (const { job_name: name, kubernetes_sd_configs: block } of jobs) {
      assert.ok(validate(block), `${name}: ${JSON.stringify(validate.errors)}`);
    }
    assert.ok(!validate([{ role: 'pods' }]) && !validate([{}]) && !validate([{ role: 'pod', namespace: 'x' }]));
  });

  test("Debian's promtool accepts the configuration without kubernetes_sd_configs, which it does not support", {
    skip: missing('promtool'),
  }, () => {
    const config = parse(renderConfig()) as PrometheusConfig;
    const withoutDiscovery = {
      ...config,
      scrape_configs: config.scrape_configs.map(({ kubernetes_sd_configs: _, ...job }) => job),
    };
    const text = stringify(withoutDiscovery, { aliasDuplicateObjects: false });
    assert.equal(check('promtool', text), '');
    assert.match(check('promtool', text.replace('action: keep', 'action: kepp')), /unknown relabel action/);
  });

  const promtool = findGoTool('promtool');
  test('promtool of the deployed version accepts the configuration', {
    skip: promtool === undefined && 'promtool is not built: npm run tools promtool (needs Go)',
  }, () => {
    assert.ok(promtool);
    assert.equal(check(promtool, renderConfig()), '');
    assert.match(
      check(promtool, renderConfig().replace('role: pod', 'role: pods')),
      /unknown Kubernetes SD role "pods"/,
    );
    assert.match(check(promtool, renderConfig().replace('role: pod', 'roles: pod')), /field roles not found/);
  });
});
