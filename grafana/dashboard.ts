import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { variables } from './variables.ts';

export interface DashboardText {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

export function row(title: string, panels: readonly Builder<Panel>[]): Row {
  return { title, panels };
}

/** Returns a dashboard for one node. The rows are in order from top to bottom, and panels fill a row from left to right. */
export function dashboard({ uid, title, description }: DashboardText, rows: readonly Row[]): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['otel-node-exporter'])
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .variables(variables);
  for (const { title: rowTitle, panels } of rows) {
    builder.withRow(new RowBuilder(rowTitle));
    for (const panel of panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

/** Returns the dashboard with a number for each panel. Links and saved settings in Grafana contain these numbers. */
function numbered(built: Dashboard): Dashboard {
  return { ...built, panels: (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
