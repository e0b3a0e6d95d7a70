import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { host } from './host.ts';
import { overview } from './overview.ts';

/** Every dashboard, by the name of its file in `dashboards/`. */
export const dashboards: Readonly<Record<string, Dashboard>> = { 'host.json': host, 'overview.json': overview };

export function toJson(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}
