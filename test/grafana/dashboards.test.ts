import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { dashboards, toJson } from '../../grafana/dashboards.ts';

const GRAFANA = join(import.meta.dirname, '../../grafana');

test('grafana/dashboards contains the dashboards that the code generates (npm run dashboards writes them)', () => {
  assert.deepEqual(readdirSync(join(GRAFANA, 'dashboards')).sort(), Object.keys(dashboards).sort());
  for (const [name, dashboard] of Object.entries(dashboards)) {
    const json = readFileSync(join(GRAFANA, 'dashboards', name), 'utf8');
    assert.ok(json === toJson(dashboard), `${name} is out of date`);
  }
});

test('every panel has a title, a unit, a description and a query', () => {
  for (const { title, type, description, fieldConfig, targets } of panels()) {
    assert.ok(title, `Missing title of a panel of type ${type}`);
    assert.ok(description, `Missing description of panel ${title}`);
    assert.ok(fieldConfig?.defaults?.unit, `Missing unit of panel ${title} (${type})`);
    assert.ok((targets ?? []).length > 0, `Missing query of panel ${title}`);
  }
});

test('panels do not overlap and stay within the grid', () => {
  for (const [name, { panels = [] }] of Object.entries(dashboards)) {
    const cells = new Map<string, string | undefined>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos !== undefined && gridPos.x + gridPos.w <= 24, `${title} of ${name} exceeds the grid`);
      for (const cell of cellsOf(gridPos)) {
        assert.ok(!cells.has(cell), `${title} of ${name} overlaps with ${cells.get(cell)}`);
        cells.set(cell, title);
      }
    }
  }
});

test('the ConfigMaps for Grafana contain every dashboard and every file of provisioning', () => {
  const { configMapGenerator } = parse(readFileSync(join(GRAFANA, 'kustomization.yaml'), 'utf8')) as {
    configMapGenerator: { name: string; files: string[] }[];
  };
  const filesIn = (directory: string) =>
    readdirSync(join(GRAFANA, directory), 'utf8').map((name) => `${directory}/${name}`);
  assert.deepEqual(
    configMapGenerator.map(({ name, files }) => [name, files.toSorted()]),
    [
      ['grafana-dashboards', filesIn('dashboards').sort()],
      ['grafana-provisioning', filesIn('provisioning').sort()],
    ],
  );
});

function cellsOf({ x, y, w, h }: { x: number; y: number; w: number; h: number }): string[] {
  return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
}

function panels() {
  return Object.values(dashboards).flatMap((dashboard) => (dashboard.panels ?? []).filter(isPanel));
}

type PanelOrRow = NonNullable<(typeof dashboards)[string]['panels']>[number];

function isPanel(panel: PanelOrRow): panel is Extract<PanelOrRow, { targets?: unknown }> {
  return panel.type !== 'row';
}
