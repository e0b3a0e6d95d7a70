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

/** The configuration as the overlay renders it. */
function renderedText(): string {
  const { data } = find(renderOverlay('standalone'), 'ConfigMap', 'prometheus') as unknown as {
    data: Record<string, string>;
  };
  return data['prometheus.yml'] ?? assert.fail('no prometheus.yml');
}

/** What a promtool finds wrong; nothing when the configuration is good. */
function check(promtool: string, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'config', file], { encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  return status === 0 ? '' : stdout + stderr;
}

describeUnless(missingKustomize(), "Prometheus' configuration in Kubernetes", () => {
  test('the block that finds pods is one of the documentation, and a broken one is not', () => {
    const validate = new Ajv().compile(kubernetesSd);
    const { scrape_configs: jobs } = parse(renderedText()) as PrometheusConfig;
    for (const { job_name: name, kubernetes_sd_configs: block } of jobs) {
      assert.ok(validate(block), `${name}: ${JSON.stringify(validate.errors)}`);
    }
    assert.ok(!validate([{ role: 'pods' }]) && !validate([{}]) && !validate([{ role: 'pod', namespace: 'x' }]));
  });

  test("Debian's promtool, which is built without Kubernetes, finds nothing wrong with the rest", {
    skip: missing('promtool'),
  }, () => {
    const config = parse(renderedText()) as PrometheusConfig;
    const rest = {
      ...config,
      scrape_configs: config.scrape_configs.map(({ kubernetes_sd_configs: _, ...job }) => job),
    };
    const text = stringify(rest, { aliasDuplicateObjects: false });
    assert.equal(check('promtool', text), '');
    assert.match(check('promtool', text.replace('action: keep', 'action: kepp')), /unknown relabel action/);
  });

  const promtool = findGoTool('promtool');
  test('the promtool of the version that runs finds nothing wrong with the whole', {
    skip: promtool === undefined && 'no current promtool: npm run tools promtool builds it where Go is',
  }, () => {
    assert.ok(promtool);
    assert.equal(check(promtool, renderedText()), '');
    assert.match(
      check(promtool, renderedText().replace('role: pod', 'role: pods')),
      /unknown Kubernetes SD role "pods"/,
    );
    assert.match(check(promtool, renderedText().replace('role: pod', 'roles: pod')), /field roles not found/);
  });
});
