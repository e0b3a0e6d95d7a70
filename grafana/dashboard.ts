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

/** Returns a dashboard of one node. Panels fill the rows from left to right, and the rows follow from top to bottom. */
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

/** Numbers the panels: Grafana's links and saved settings refer to panels by number. */
function numbered(built: Dashboard): Dashboard {
  return { ...built, panels: (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
