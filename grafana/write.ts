/** Writes the dashboards as JSON, which is what Grafana reads: `npm run dashboards`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboards, toJson } from './dashboards.ts';

for (const [name, dashboard] of Object.entries(dashboards)) {
  await writeFile(join(import.meta.dirname, 'dashboards', name), toJson(dashboard));
}
