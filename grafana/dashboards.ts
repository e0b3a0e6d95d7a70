import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { host } from './host.ts';
import { overview } from './overview.ts';

/** All dashboards, by file name in `dashboards/`. */
export const dashboards: Readonly<Record<string, Dashboard>> = { 'host.json': host, 'overview.json': overview };

export function toJson(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}
