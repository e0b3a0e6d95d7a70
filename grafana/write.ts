/** `npm run dashboards`: writes the dashboards as JSON files for Grafana. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboards, toJson } from './dashboards.ts';

for (const [name, dashboard] of Object.entries(dashboards)) {
  await writeFile(join(import.meta.dirname, 'dashboards', name), toJson(dashboard));
}
