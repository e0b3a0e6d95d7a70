import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What the Collector Builder makes the Collector of. */
export const MANIFEST = join(import.meta.dirname, 'builder.yaml');

const manifest = readFileSync(MANIFEST, 'utf8');

/** Of the Collector, its core components and the builder. */
export const version = (parse(manifest) as { dist: { version: string } }).dist.version;

/** The Collector is built once for each manifest and kept outside the checkout. */
export const COLLECTOR = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'otel-node-exporter',
  `otelcol-${version}-${createHash('sha256').update(manifest).digest('hex').slice(0, 12)}`,
);

export function isBuilt(): boolean {
  return existsSync(COLLECTOR);
}

/** Why a test that needs the Collector cannot run here, or `false`; it is there where somebody built it. */
export function missingCollector(): string | false {
  return isBuilt() ? false : 'no Collector: npm run collector builds it where Go is';
}
