import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Configuration of the Collector Builder. */
export const MANIFEST = join(import.meta.dirname, 'builder.yaml');

const manifest = readFileSync(MANIFEST, 'utf8');

/** Version of the Collector, its core components and the builder. */
export const version = (parse(manifest) as { dist: { version: string } }).dist.version;

/**
 * Path of the Collector. The Collector is built once for each version of the manifest, and cached outside the checkout.
 */
export const COLLECTOR = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'otel-node-exporter',
  `otelcol-${version}-${createHash('sha256').update(manifest).digest('hex').slice(0, 12)}`,
);

export function isBuilt(): boolean {
  return existsSync(COLLECTOR);
}

/** Returns the reason why the Collector cannot run here, or `false`. */
export function missingCollector(): string | false {
  return isBuilt() ? false : 'the Collector is not built: npm run collector (needs Go)';
}
